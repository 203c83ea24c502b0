/** What a rule posts. Its secret follows from the rule's salt and a key that is not in the database. */
import { hkdfSync, randomBytes } from 'node:crypto'
import type { Reach } from '#server/http/reach.ts'
import { postSigned, type Posted } from '#server/http/webhook.ts'

export const newSalt = (): string => randomBytes(24).toString('base64url')
const keyOf = (master: string, account: string, rule: string, salt: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(master, 'base64url'), salt, `lodge rule webhooks ${account} ${rule}`, 24))
/** What the receiver is given, once. */
export const secretOf = (master: string, account: string, rule: string, salt: string): string => `whsec_${keyOf(master, account, rule, salt).toString('base64')}`

export interface Hook { id: string; account: string; rule: string; salt: string; url: string; body: string; attempt: number }

/** Never throws. */
export const postHook = async (h: Hook, master: string, reach: Reach, nowMs: number): Promise<Posted> =>
  postSigned({ id: h.id, url: h.url, body: h.body, key: keyOf(master, h.account, h.rule, h.salt) }, reach, nowMs)
