import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed link says: `account.expiry.signature`, about the blob in the path. */
interface Link { account: string; expiresAtMs: number }

const lifeMs = 60 * 60_000
const stepMs = 15 * 60_000

/** Good for an hour and up to 15 minutes more: within such a quarter the link stays the same, so that a browser that has the picture asks for nothing. */
export function signLink(key: Uint8Array, account: string, blob: string, nowMs: number): Link & { link: string } {
  const expiresAtMs = Math.ceil((nowMs + lifeMs) / stepMs) * stepMs
  const account32 = account.replaceAll('-', '')
  const expiry = (expiresAtMs / 1000).toString(36)
  return { account, expiresAtMs, link: `${account32}.${expiry}.${signature(key, account32, blob, expiry).toString('base64url')}` }
}

/** Undefined unless this key signed it for this blob. It may have expired. */
export function readLink(key: Uint8Array, blob: string, link: string): Link | undefined {
  const [, account32, expiry, given] = /^([0-9a-f]{32})\.([0-9a-z]{1,10})\.([\w-]{43})$/.exec(link) ?? []
  if (account32 === undefined || expiry === undefined || given === undefined) return undefined
  if (!timingSafeEqual(signature(key, account32, blob, expiry), Buffer.from(given, 'base64url'))) return undefined
  return { account: account32.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), expiresAtMs: Number.parseInt(expiry, 36) * 1000 }
}

const signature = (key: Uint8Array, ...parts: string[]): Buffer => createHmac('sha256', key).update(['blob link', ...parts].join('\n')).digest()
