/** The sign of life: how this kiosk is, and whether the server has what it acknowledged. The answer tells the time, the list's version and the build. */
import { beatKiosk, kioskBeatMs } from '#contract/kiosks.ts'
import type { Store } from '#web/ui/preact-store.ts'
import type { Ask } from './ask.ts'
import type { KioskState } from './kiosk.ts'
import { accountant } from './log/reconcile.ts'
import type { Shelf } from './log/shelf.ts'

declare const __BUILD__: string

interface Beat { lodge: string; now: string; missing: number[]; build: string; snapshotVersion: string; notice?: KioskState['notice'] }
export interface Beating {
  shelf: Shelf
  ask: Ask
  heard: (news: 'reached' | 'unreached' | 'unpaired') => void
  state: Store<KioskState>
  /** The list has changed. */
  look: () => void
  /** There is something unsent again. */
  resend: () => void
  /** The log is another one than before. */
  remember: () => Promise<void>
}
/** Of a request that took longer the middle says too little about the time. */
const roundTripMaxMs = 5_000
/** A list is fetched anew after this long even if nobody says that it changed. */
const listMaxMs = 3_600_000

export function beats({ shelf, ask, heard, state, look, resend, remember }: Beating): { start(): void } {
  const accounts = accountant(shelf)
  let lastLog: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  async function beat(): Promise<void> {
    const [account, { count, oldest }, storage, battery] = await Promise.all([accounts.count(), shelf.waiting(), storageNow(), batteryNow()])
    if (lastLog !== undefined && lastLog !== account.log) await remember()
    lastLog = account.log
    const sentAt = Date.now()
    const from = performance.now()
    const { status, body } = await ask('POST', beatKiosk.path, {
      ...account, now: new Date(sentAt).toISOString(), app: __BUILD__, unsent: count,
      oldestUnsentMs: oldest ? Math.max(0, Math.round(sentAt - Date.parse(oldest.at))) : null, ...(storage && { storage }), ...(battery && { battery }),
    })
    const tookMs = performance.now() - from
    const answer = (body ?? {}) as Partial<Beat>
    heard(status === 401 ? 'unpaired' : status === 200 && answer.lodge === 'beat' ? 'reached' : 'unreached')
    if (status !== 200 || answer.lodge !== 'beat') return
    const offsetMs = Math.round(Date.parse(answer.now ?? '') - (sentAt + tookMs / 2))
    if (tookMs < roundTripMaxMs && Number.isFinite(offsetMs)) state.set({ offsetMs })
    if (answer.build) state.set({ build: answer.build })
    state.set({ notice: answer.notice ?? null })
    if (answer.missing?.length) {
      await accounts.sendAgain(answer.missing)
      resend()
    }
    const { snapshot } = state.now
    if (snapshot?.version === answer.snapshotVersion && Date.now() - Date.parse(snapshot?.asOf ?? '') < listMaxMs) state.set({ listedAtMs: Date.now() })
    else look()
    if (count > 0) resend()
  }
  async function loop(): Promise<void> {
    clearTimeout(timer)
    await beat().catch(() => {})
    clearTimeout(timer)
    timer = setTimeout(() => void loop(), kioskBeatMs)
  }
  return { start: () => void loop() }
}

async function storageNow(): Promise<{ usedBytes: number; quotaBytes: number; persisted: boolean } | undefined> {
  try {
    const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()])
    return { usedBytes: usage, quotaBytes: quota, persisted }
  } catch {
    return undefined
  }
}
async function batteryNow(): Promise<{ percent: number; charging: boolean } | undefined> {
  try {
    const { level, charging } = await (navigator as unknown as { getBattery(): Promise<{ level: number; charging: boolean }> }).getBattery()
    return { percent: Math.round(level * 100), charging }
  } catch {
    return undefined
  }
}
