import type { Tx } from '#server/db/db.ts'
import { redact } from '#server/db/journal.sql.ts'
import type { Row } from '#server/kernel/entry-row.ts'
import type { Topics } from '#server/kernel/topics.ts'
import { attachmentsOf, editsOf } from './conversations.sql.ts'

/** A deleted text must not come back from a ring: the journal lost it in the same commit. */
export function redactRings(topics: Topics, committed: readonly Row[]): void {
  for (const row of committed) {
    if (row.type === 'conversation.erased') topics.forget(row.account, row.topic)
    if (row.type !== 'message.deleted' || row.body === null) continue
    const { message } = JSON.parse(row.body) as { message: string }
    topics.redact(row.account, row.topic, (r) => r.id === message || ((r.type === 'message.edited' || r.type === 'note.edited') && r.body?.includes(message) === true))
  }
}

/** The effect of `message.deleted`, within its commit: text, edits and attachments are gone. */
export async function takeBack(tx: Tx, { account, topic, message, releaseBlobs }: { account: string; topic: string; message: string; releaseBlobs: (tx: Tx, account: string, blobs: readonly string[]) => Promise<unknown> }): Promise<void> {
  const blobs = await tx.all(attachmentsOf(account, message))
  const edits = await tx.all(editsOf(account, topic, message))
  await tx.all(redact(account, [message, ...edits.map((e) => e.id)]))
  if (blobs.length > 0) await releaseBlobs(tx, account, blobs.map((b) => b.blob))
}
