import pg from 'pg'
import { readConfig } from '#server/config.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { count, readArguments } from './command.ts'
import { withConnection } from './reach.ts'
import type { Command } from '../lodge.ts'

const usage = `npm run lodge -- sql STATEMENT …

Statements on the database that Lodge would use, beside a running Lodge or without: those that check, doctor and docs/operations.md
name (the embedded PostgreSQL brings no psql). Each in quotes of its own; one that is refused ends it, and those before it hold.
Rows are shown as lines of JSON. There is no way back but a backup.`

export const command: Command = {
  about: 'a statement on the database, such as check names',
  async run(args) {
    const { positionals } = readArguments(args, usage, {}, { positionals: [1, 100] })
    return withConnection(readConfig(process.env), 'lodge sql', async ({ client }) => {
      for (const statement of positionals) {
        const answers = await client.query(statement).catch((error: unknown) => {
          throw error instanceof pg.DatabaseError ? new CannotStart(`The database refuses "${statement}": ${error.message}.`) : error
        })
        for (const { command: verb, rows, rowCount } of [answers].flat()) {
          for (const row of rows) console.log(JSON.stringify(row))
          console.log(`${verb}${rowCount === null ? '' : `: ${count(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}`}`)
        }
      }
      return 0
    })
  },
}
