import pg from 'pg'
import pino from 'pino'
import { openPool } from '#server/db/pool.ts'
import { sql } from '#server/db/sql.ts'
import { interleave, of, type Experiment } from '../run.ts'

const connections = 6
const callers = 24
const windowMs = 500

/** What names, deadlines and a ledger cost beside the driver's own pool, which has none of them (ADR 3). No bar: it explains. */
export const pool: Experiment = {
  ids: ['pool'],
  async run(lab) {
    const target = await lab.target()
    const ours = openPool({ connect: target, max: connections, log: pino({ level: 'silent' }), application: 'lodge bench' })
    const theirs = new pg.Pool({ ...target, max: connections })
    try {
      const perSecond = async (once: () => Promise<unknown>): Promise<number> => {
        let calls = 0
        const untilMs = performance.now() + windowMs
        await Promise.all(Array.from({ length: callers }, async () => {
          while (performance.now() < untilMs) { await once(); calls++ }
        }))
        return calls / windowMs * 1000
      }
      const found = await interleave(9, {
        'our pool': () => perSecond(() => ours.read('bench', 1000, (tx) => tx.one(sql<{ n: number }>`select ${1}::int as n`))),
        'pg.Pool': () => perSecond(() => theirs.query({ name: 'bench', text: 'select $1::int as n', values: [1] })),
      }, lab.tell)
      const [a, b] = [found['our pool'], found['pg.Pool']]
      return [
        { id: 'pool', what: `one select through the pool, ${callers} callers on ${connections} connections`, ...of(a), unit: '/s' },
        { id: 'pool', what: 'the same through pg.Pool (the driver’s own, no deadline, no ledger)', ...of(b), unit: '/s' },
        { id: 'pool', what: 'of pg.Pool’s rate, round by round', ...of(a.map((rate, i) => rate / b[i]!), 2), unit: '×' },
      ]
    } finally {
      await ours.close()
      await theirs.end()
    }
  },
}
