/** `npm run recount`: counts the journal anew and compares with the reports. Beside a running Lodge, or when it is stopped. */
import { parseArgs } from 'node:util'
import { readConfig } from '#server/config.ts'
import { openPool } from '#server/db/pool.ts'
import { recount } from '#server/features/reports/recount.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { reach, silent as log } from './lodge/reach.ts'

const usage = `npm run recount [-- --repair]

Counts every conversation of the journal anew and compares with what the reports keep. Works on the database that Lodge would use
(LODGE_DATA or DATABASE_URL), beside a running Lodge or without. Ends with 0 when all is equal, 1 when not, 2 when it could not count.

  --repair   puts what was counted in the place of what is different; reports take in nothing new meanwhile, messages do`

const endings: (() => Promise<unknown>)[] = []
try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof CannotStart ? error.message : error)
  process.exitCode = 2
} finally {
  for (const ending of endings.reverse()) await ending()
}

async function main(): Promise<number> {
  const { repair } = readArguments()
  const reached = await reach(readConfig(process.env), 'lodge recount')
  endings.push(() => reached.end())
  const pool = openPool({ connect: reached.target, max: 1, log, application: 'lodge recount' })
  endings.push(() => pool.close())
  let shownMs = 0
  const found = await recount({
    db: pool, repair,
    progress(entries, of) {
      if (performance.now() - shownMs < 1_000 && entries < of) return
      shownMs = performance.now()
      process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}${entries.toLocaleString('en')} of ${of.toLocaleString('en')} entries counted${process.stderr.isTTY ? '' : '\n'}`)
    },
  })
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  for (const { account, of, was, counted } of found.examples) console.log(`Different: ${of} of account ${account}\n  kept     ${JSON.stringify(was) ?? 'nothing'}\n  counted  ${JSON.stringify(counted) ?? 'nothing'}`)
  if (found.differences > found.examples.length) console.log(`… and ${(found.differences - found.examples.length).toLocaleString('en')} more.`)
  const much = `${found.entries.toLocaleString('en')} entries of ${found.conversations.toLocaleString('en')} conversations counted`
  const unread = found.unread > 0 ? ` ${found.unread.toLocaleString('en')} entries are not in the reports yet.` : ''
  console.log(found.differences === 0 ? `${much}: the reports are equal.${unread}` : `${much}: ${found.differences.toLocaleString('en')} differences${repair ? ', repaired' : '. Run with --repair to put them right'}.${unread}`)
  return found.differences === 0 || repair ? 0 : 1
}

function readArguments(): { repair: boolean } {
  try {
    const { values } = parseArgs({ options: { repair: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } })
    if (!values.help) return values
    console.log(usage)
    process.exit(0)
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}\n\n${usage}`)
  }
}
