import { expireRows, findDeleted, forgetBytes, isNamed, lockBytes } from './blobs.sql.ts'
import type { BlobDeps } from './blobs.ts'

const unfinishedDays = 1
/** Longer than a device keeps what it could not send: until then a message may still come that names the file. */
const unnamedDays = 30
const atOnce = 100
const deadlineMs = 10_000

/**
 * Removes bytes that no row of any account names any more, uploads given up a day ago, and files that no message named
 * within 30 days. May run on several nodes at once, and may break off anywhere: the next round goes on.
 * @returns how many deleted rows were seen to.
 */
export async function sweepBlobs({ db, store, incoming, now }: Pick<BlobDeps, 'db' | 'store' | 'incoming' | 'now'>): Promise<number> {
  await db.tx('blobs.expire', deadlineMs, (tx) => tx.run(expireRows(unfinishedDays, unnamedDays)))
  await incoming.sweep(unfinishedDays * 86_400_000, now())
  for (let seen = 0; ;) {
    const deleted = await db.read('blobs.deleted', deadlineMs, (tx) => tx.all(findDeleted(atOnce)))
    for (const { account, blob, sha256 } of deleted) {
      await db.tx('blobs.sweep', deadlineMs, async (tx) => {
        await tx.all(lockBytes(sha256))
        const { named } = await tx.one(isNamed(sha256))
        if (!named) await store.remove(sha256)
        await tx.run(forgetBytes(account, blob))
      })
    }
    seen += deleted.length
    if (deleted.length < atOnce) return seen
  }
}
