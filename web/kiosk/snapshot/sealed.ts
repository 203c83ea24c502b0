/** The snapshot as it lies on the device: names of guests, so encrypted with a key that no script can read out. */
import type { Snapshot } from '#contract/kiosks.ts'
import type { Device } from '../log/device.ts'

interface Sealed { iv: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer }
const algorithm = 'AES-GCM'

export async function seal(key: CryptoKey, snapshot: Snapshot): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, bytes: await crypto.subtle.encrypt({ name: algorithm, iv }, key, new TextEncoder().encode(JSON.stringify(snapshot))) }
}
export async function unseal(key: CryptoKey, { iv, bytes }: Sealed): Promise<Snapshot> {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: algorithm, iv }, key, bytes))) as Snapshot
}
export const newKey = async (): Promise<CryptoKey> => crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ['encrypt', 'decrypt'])

/** Without HTTPS a browser has no such keys: the list is then held in memory only, and asked for anew after a restart. */
const canSeal = (): boolean => typeof crypto.subtle === 'object'

export async function keepSnapshot(device: Device, snapshot: Snapshot): Promise<void> {
  if (!canSeal()) return
  const db = await device.database()
  let key = await db.get('meta', 'key') as CryptoKey | undefined
  if (!key) await db.put('meta', key = await newKey(), 'key')
  await db.put('meta', await seal(key, snapshot), 'snapshot')
}
export async function keptSnapshot(device: Device): Promise<Snapshot | undefined> {
  if (!canSeal()) return undefined
  const db = await device.database()
  const [key, sealed] = await Promise.all([db.get('meta', 'key'), db.get('meta', 'snapshot')]) as [CryptoKey | undefined, Sealed | undefined]
  return key && sealed ? unseal(key, sealed) : undefined
}
