import { existsSync } from 'node:fs'
import { readConfig } from '#server/config.ts'
import { exportAccount } from '#server/features/backups/account-export.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { count, progressLine, readArguments, typed } from './command.ts'
import { withConnection } from './reach.ts'
import { version } from './version.ts'
import type { Command } from '../lodge.ts'

const usage = `npm run lodge -- export-account NAME FOLDER

Everything of one account in one moment: its rows as lines of JSON per table, its attachments, and a manifest. NAME is the
account's name or id. Passwords, tokens and sealed credentials are not in it. FOLDER must not be there yet.`

export const command: Command = {
  about: 'everything of one account, as JSON',
  async run(args) {
    const { positionals: [account, folder] } = readArguments(args, usage, {}, { positionals: [2, 2] })
    const to = typed(folder!)
    if (existsSync(to)) throw new CannotStart(`${to} is there already. Name a folder that is not.`)
    const config = readConfig(process.env)
    const line = progressLine('Export')
    const done = await withConnection(config, 'lodge export', ({ client }) => exportAccount({ client, account: account!, to, dataFolder: config.folder, lodge: version, onProgress: line.show })).finally(line.done)
    console.log(`${to}\n${count(done.rows)} rows and ${count(done.blobs)} attachments of ${done.account.name}.`)
    return 0
  },
}
