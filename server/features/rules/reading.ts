import type { Tx } from '#server/db/db.ts'
import { e164Of } from '#server/kernel/phone.ts'
import type { Facts } from './facts.ts'
import * as statements from './facts.sql.ts'

export interface About { account: string; conversation: string | null; visit: string | null; booking: string | null }

/** How these subjects, all of one kind, are now. What does not exist (any more) is missing. */
export async function readAllFacts(tx: Tx, account: string, about: 'conversation' | 'visit' | 'booking', ids: readonly string[]): Promise<Map<string, Facts>> {
  const { name: accountName } = await tx.one(statements.selectAccount(account))
  const none = { accountName, conversation: null, visit: null, booking: null }
  if (about === 'conversation') return new Map((await tx.all(statements.selectConversations(account, ids))).map((conversation) => [conversation.id, { ...none, conversation }]))
  if (about === 'visit') return new Map((await tx.all(statements.selectVisits(account, ids))).map((visit) => [visit.id, { ...none, visit }]))
  return new Map((await tx.all(statements.selectBookings(account, ids))).map((booking) => [booking.id, { ...none, booking }]))
}

export async function readFacts(tx: Tx, { account, conversation, visit, booking }: About): Promise<Facts | undefined> {
  const [about, id] = conversation !== null ? ['conversation', conversation] as const : visit !== null ? ['visit', visit] as const : ['booking', booking ?? ''] as const
  const facts = id === '' ? undefined : (await readAllFacts(tx, account, about, [id])).get(id)
  const address = facts?.visit?.phone ? e164Of(facts.visit.phone) : undefined
  return facts && address !== undefined ? { ...facts, conversation: await tx.maybe(statements.selectConversationAt(account, address)) ?? null } : facts
}
