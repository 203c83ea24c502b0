/** What the kiosk believes the server to have. Counted on from the last time, since a month of operations is long to read. */
import { digestOf, emptyDigest } from '#contract/log-digest.ts'
import type { Kept } from './kept.ts'
import type { Shelf } from './shelf.ts'

export interface Account { readonly log: string; readonly fromSeq: number; readonly uptoSeq: number; readonly count: number; readonly digest: string }

const page = 100

export function accountant(shelf: Shelf) {
  let known: Account | undefined

  async function count(): Promise<Account> {
    const { id: log, nextSeq } = await shelf.log()
    let first = (await shelf.from(1, 1))[0]?.seq
    if (known && (known.log !== log || known.fromSeq !== (first ?? nextSeq))) known = undefined
    known ??= { log, fromSeq: first ?? nextSeq, uptoSeq: (first ?? nextSeq) - 1, count: 0, digest: emptyDigest }
    for (let more = true; more;) {
      const kept: Kept[] = await shelf.from(known.uptoSeq + 1, page)
      const stop = kept.findIndex(({ state }) => state === 'unsent')
      const acknowledged = stop < 0 ? kept : kept.slice(0, stop)
      const last = acknowledged.at(-1)
      if (last) known = { ...known, uptoSeq: last.seq, count: known.count + acknowledged.length, digest: digestOf(acknowledged.map(({ id }) => id), known.digest) }
      more = acknowledged.length === page
    }
    return known
  }
  return {
    count,
    /** The server has lost these. */
    async sendAgain(seqs: readonly number[]): Promise<void> {
      known = undefined
      await shelf.unmark(seqs)
    },
  }
}
