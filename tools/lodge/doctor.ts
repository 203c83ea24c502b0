import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '#server/config.ts'
import { openConnection } from '#server/db/connection.ts'
import { sameDatabase } from '#server/db/same-database.ts'
import { examine, type Server } from '#server/features/diagnosis/diagnosis.ts'
import { readArguments } from './command.ts'
import { conclude, print } from './findings.ts'
import { postgresHome, reach, silent, type Reached } from './reach.ts'
import type { Command } from '../lodge.ts'

const usage = `npm run lodge -- doctor

Are this machine and its settings adequate? Disk, memory, limits, addresses, TLS, mail, the database and its settings, backups.
Works while Lodge runs and while it does not. ✓ well, ! could be better, ✗ has to be mended. Ends with 1 when there is a ✗.`

export const command: Command = {
  about: 'are this machine and its settings adequate?',
  async run(args) {
    readArguments(args, usage, {}, { positionals: [0, 0] })
    const config = readConfig(process.env)
    const isEmbedded = config.databaseUrl === undefined
    let reached: Reached | undefined
    let connection: Awaited<ReturnType<typeof openConnection>> | undefined
    const isMissing = isEmbedded && !existsSync(join(postgresHome(config), 'data', 'PG_VERSION'))
    const isNew = isMissing && !await sameDatabase(config.folder, silent).isKnown()
    let why = isMissing ? `there was one, and there is none in ${postgresHome(config)}. Is its disk mounted?` : ''
    try {
      if (!isMissing) {
        try {
          reached = await reach(config, 'lodge doctor')
          connection = await openConnection(reached.target, 'lodge doctor')
        } catch (error) {
          const { message } = error instanceof AggregateError ? error.errors[0] as Error : error as Error   // one for each address of a host
          why = message.replace(/\.?$/, '.')
        }
      }
      const server: Server = { config, now: Date.now, client: connection?.client, why, isEmbedded, isNew }
      const findings = await examine(server, { onFinding: print })
      return conclude(findings, { well: 'This will do.', ill: 'This will not do.' })
    } finally {
      connection?.destroy()
      await reached?.end()
    }
  },
}
