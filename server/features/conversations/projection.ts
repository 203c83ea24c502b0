/** The inbox list, derived from the journal: last line, unread offsets, who waits, reopening by a message. */
import type { Tx } from '#server/db/db.ts'
import type { Fed, Subscriber } from '#server/db/feed.ts'
import { ByAccount } from '#server/kernel/by-account.ts'
import * as statements from './conversations.sql.ts'
import type { Fold } from './conversations.sql.ts'

export interface Changed { account: string; inbox: string; id: string }

/** @param changed told after each commit which conversations changed. */
export function conversationList(changed: (of: readonly Changed[]) => void): Subscriber {
  return {
    name: 'conversation list',
    async handle(tx, entries) {
      const folds = foldAll(entries)
      const updated = folds.length > 0 ? await tx.all(statements.applyFolds(folds)) : []
      for (const e of entries) {
        if (e.type === 'message.edited' || e.type === 'message.deleted') await retext(tx, e)
        if (e.type === 'conversation.erased') await tx.run(statements.forgetLine(e.account, e.topic.slice(13), e.offset))
        if (e.type === 'contact.changed') updated.push(...await tx.all(statements.placesOf(e.account, e.topic.slice(8))))   // its name stands in the rows
      }
      return () => changed(updated)
    },
  }
}

async function retext(tx: Tx, e: Fed): Promise<void> {
  if (e.type === 'message.edited' && e.body) await tx.run(statements.retext(e.account, e.topic.slice(13), e.body.message, lineOf(e.body.text)))
  if (e.type === 'message.deleted' && e.body) await tx.run(statements.retext(e.account, e.topic.slice(13), e.body.message, ''))
}

export const lineOf = (text: string): string => text.replace(/\s\s+|[^\S ]/g, ' ').trim().slice(0, 140).replace(/[\uD800-\uDBFF]$/, '')   // no half of an emoji

/** One fold per conversation, in the order of account and id: two nodes lock in one order. */
export function foldAll(entries: readonly Fed[]): Fold[] {
  const folds = new ByAccount<Fold & { inbound: number[] }>()
  const newest = new Map<Fold, Extract<Fed, { type: 'message.sent' }>>()
  for (const e of entries) {
    if (!e.topic.startsWith('conversation:')) continue
    let f = folds.get(e.account, e.topic)
    if (!f) folds.set(e.account, e.topic, f = { account: e.account, id: e.topic.slice(13), folded: 0, lastAt: null, lastText: null, lastActor: null, lastOffset: 0, inbound: [], wakeAt: 0, reopenAt: 0, waitingSince: null, answeredAt: 0 })
    f.folded = e.offset
    if (e.type !== 'message.sent') continue
    f.lastAt = e.at; f.lastActor = e.actor; f.lastOffset = e.offset
    newest.set(f, e)
    if (e.actor.startsWith('contact:')) {
      f.inbound.push(e.offset)
      if (f.inbound.length > statements.recentInboundMax) f.inbound.shift()
      f.wakeAt = e.offset
      f.waitingSince ??= e.at
    } else if (e.actor.startsWith('user:')) {
      f.reopenAt = e.offset; f.answeredAt = e.offset; f.waitingSince = null
    }
  }
  for (const [f, { body }] of newest) f.lastText = body ? lineOf(body.text) || (body.attachments?.[0]?.name ?? '') : ''
  return [...folds.values()].sort((a, b) => a.account < b.account ? -1 : a.account > b.account ? 1 : a.id < b.id ? -1 : 1)
}
