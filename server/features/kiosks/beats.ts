/**
 * A kiosk's sign of life, and whether the server has all that the kiosk believes it has (spec KO). Count and XOR of the ids
 * agree, or the numbers that are missing are named and sent again: after a defect of the kiosk, a restored backup, anything.
 */
import type { beatKiosk } from '#contract/kiosks.ts'
import type { Db } from '#server/db/db.ts'
import * as statements from './kiosks.sql.ts'

type Beat = NonNullable<NonNullable<(typeof beatKiosk)['types']>['body']>
const missingMax = 1000

export const kioskBeats = ({ db, now, build, notice }: { db: Db; now: () => number; build: string; /** What visitors at a kiosk of this account should know. */ notice: (account: string) => { title: string; text: string } | null }) => async (account: string, kiosk: string, beat: Beat) => {
  const nowMs = now()
  return db.read('kiosk beat', 5_000, async (tx) => {
    const { log, fromSeq, uptoSeq, count, digest } = beat
    const { location } = await tx.one(statements.placeOfKiosk(account, kiosk))
    const ours = uptoSeq < fromSeq ? { count: 0, digest: '0'.repeat(16) } : await tx.one(statements.logDigest(account, kiosk, log, fromSeq, uptoSeq))
    const agrees = ours.count === count && ours.digest === digest
    const missing = agrees ? [] : (await tx.all(statements.missingSeqs(account, kiosk, log, fromSeq, Math.min(uptoSeq, fromSeq + 100_000), missingMax))).map((m) => m.seq)
    const saidMs = Date.parse(beat.now)
    await tx.run(statements.saveBeat(account, kiosk, { log, app: beat.app, unsent: beat.unsent, oldestUnsentMs: beat.oldestUnsentMs, missing: missing.length, storage: beat.storage ?? null, battery: beat.battery ?? null,
      skewMs: Number.isFinite(saidMs) ? Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(nowMs - saidMs))) : 0 }))
    const { version } = await tx.one(statements.snapshotVersion(account, location))
    return { lodge: 'beat' as const, now: new Date(now()).toISOString(), missing, build, snapshotVersion: version, notice: notice(account) }
  })
}
