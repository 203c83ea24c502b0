import { readConfig } from '#server/config.ts'
import { checkWhole } from '#server/features/diagnosis/diagnosis.ts'
import { readArguments, wholeNumber } from './command.ts'
import { conclude, print } from './findings.ts'
import { withConnection } from './reach.ts'
import type { Command } from '../lodge.ts'

const usage = `npm run lodge -- check [--sample N] [--minutes N]

Is this database whole? Constraints, indexes, statistics, the journal without holes, followers not ahead of it, attachments there
and unchanged, the spool readable. Changes nothing; beside a running Lodge or without. Ends with 0 when it is whole, 1 when it is not.

  --sample N    how many attachments are read whole; 200 unless given
  --minutes N   how long each look may take; 2 unless given`

export const command: Command = {
  about: 'is this database whole?',
  async run(args) {
    const { values } = readArguments(args, usage, { sample: { type: 'string', default: '200' }, minutes: { type: 'string', default: '2' } }, { positionals: [0, 0] })
    const sample = wholeNumber(values.sample, 'sample', 0), minutes = wholeNumber(values.minutes, 'minutes', 1)
    const config = readConfig(process.env)
    const { isTTY } = process.stderr
    const findings = await withConnection(config, 'lodge check', ({ client }) => checkWhole({ client, dataFolder: config.folder, spoolFolder: config.spool, sample }, {
      lookMaxMs: minutes * 60_000,
      onLook(name, n, of) { if (isTTY) process.stderr.write(`\r\x1b[K${n} of ${of}: ${name}`) },
      onFinding(finding) { if (isTTY) process.stderr.write('\r\x1b[K'); print(finding) },
    }))
    return conclude(findings, { well: 'The database is whole.', ill: 'The database is not whole.' })
  },
}
