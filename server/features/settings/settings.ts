/** One topic per account that says which settings changed: consoles and caches read them again. */
import { v7 as newId } from 'uuid'
import type { EntryBody } from '#contract/entries.ts'
import type { Actor } from '#contract/ids.ts'
import type { Tx } from '#server/db/db.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import { isInside } from '#server/kernel/session.ts'
import type { TopicKind } from '#server/realtime/plugs.ts'

type What = EntryBody<'settings.changed'>['what']
/** The row is stored already; an account whose journal is away learns of it with the next change or load. */
export type Changed = (account: string, actor: Actor, what: What, id: string) => Promise<void>

export const settingsChanged = (accept: Accept<Tx>): Changed => async (account, actor, what, id) => {
  await accept({ account, topic: 'settings', id: newId(), type: 'settings.changed', actor, body: { what, id } })
}

const inside = (kind: string): TopicKind => ({ kind, mayJoin: async (session, ids) => ids.map(() => isInside(session)) })
/** An account's own by their key: whoever is inside may follow. */
export const insideTopics: readonly TopicKind[] = [inside('settings'), inside('contact'), inside('visits')]
