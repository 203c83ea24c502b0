/**
 * Credentials of channels. The server must be able to read them (a carrier wants the password itself), so they are encrypted
 * with AES-256-GCM under a key that follows from the signing keys, which are not in the database. `<key id>.<iv>.<tag>.<text>`
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { TicketKey } from '#server/kernel/ticket.ts'

const keyOf = (key: TicketKey): Buffer => Buffer.from(hkdfSync('sha256', key.secret, '', 'lodge channel credentials', 32))

export interface Seal {
  /** `of`: what it belongs to; sealed text of another thing does not open. */
  close(of: string, secret: string): string
  /** Undefined when the key that closed it is gone: it must be entered again. */
  open(of: string, sealed: string): string | undefined
  /** It was closed with a key that is not the newest. */
  isOld(sealed: string): boolean
}

export function seal(keys: readonly TicketKey[]): Seal {
  const newest = keys.at(-1)!
  return {
    close(of, secret) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyOf(newest), iv).setAAD(Buffer.from(of))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return [newest.id, ...[iv, cipher.getAuthTag(), text].map((b) => b.toString('base64url'))].join('.')
    },
    open(of, sealed) {
      const [id, iv, tag, text] = sealed.split('.')
      const key = keys.find((k) => k.id === id)
      if (!key || !iv || !tag || text === undefined) return undefined
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(key), Buffer.from(iv, 'base64url')).setAAD(Buffer.from(of)).setAuthTag(Buffer.from(tag, 'base64url'))
        return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8')
      } catch {
        return undefined   // another channel's, or damaged
      }
    },
    isOld: (sealed) => !sealed.startsWith(`${newest.id}.`),
  }
}
