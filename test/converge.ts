import { expect } from 'vitest'
import { Compile } from 'typebox/compile'
import { getConversation, listEntries, type Conversation } from '#contract/conversations.ts'
import { entryBodies, type Entry, type EntryType } from '#contract/entries.ts'
import { fold } from '#client/fold.ts'
import type { Somebody, TestServer } from './server.ts'

const checks = new Map(Object.entries(entryBodies).map(([type, schema]) => [type as EntryType, Compile(schema)]))

/**
 * Rule CV1 for one verb: the state before it, with the entries it led to folded in, is the state one would read afresh; and
 * each entry is what the contract says. @returns those entries
 */
export async function converge(server: TestServer, reader: Somebody, conversation: string, act: () => Promise<unknown>): Promise<Entry[]> {
  const call = server.callAs(reader)
  const read = async (): Promise<Conversation> => {
    await server.app.feed.settled()
    const found = await call(getConversation, { params: { conversation } })
    if (!found.ok) throw new Error(`${found.code}: ${found.message}`)
    return found.value.conversation
  }
  const before = await read()
  await act()
  const listed = await call(listEntries, { params: { conversation }, query: { after: before.head } })
  if (!listed.ok) throw new Error(listed.message)
  const entries = listed.value.entries as Entry[]
  expect(entries.length, 'the verb led to no entry, so this proves nothing').toBeGreaterThan(0)
  for (const entry of entries) if (entry.type !== 'hidden' && entry.body !== null) expect(checks.get(entry.type)?.Check(entry.body), `${entry.type} ${JSON.stringify(entry.body)}`).toBe(true)
  expect(entries.reduce<Conversation | undefined>(fold, before)).toEqual(await read())
  return entries
}
