import type { Row } from '#server/kernel/entry-row.ts'
import type { Topics } from '#server/kernel/topics.ts'

/** A deleted text must not come back from a ring: the journal lost it in the same commit. */
export function redactRings(topics: Topics, committed: readonly Row[]): void {
  for (const row of committed) {
    if (row.type === 'conversation.erased') topics.forget(row.account, row.topic)
    if (row.type !== 'message.deleted' || row.body === null) continue
    const { message } = JSON.parse(row.body) as { message: string }
    topics.redact(row.account, row.topic, (r) => r.id === message || ((r.type === 'message.edited' || r.type === 'note.edited') && r.body?.includes(message) === true))
  }
}
