import { readConfig } from '#server/config.ts'
import { openPool } from '#server/db/pool.ts'
import { lifeMs, makeLinkFor } from '#server/features/identity/links.ts'
import { selectAdmins } from '#server/features/identity/people.sql.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { readArguments } from './command.ts'
import { reach, silent } from './reach.ts'
import type { Command } from '../lodge.ts'

const usage = `npm run lodge -- new-link EMAIL

Prints a link by which this person chooses a password, once and within seven days: for an administrator who forgot theirs and has
nobody to ask. For all others there is Settings › People. Earlier links of this person end; the old password holds until the link
is used. Beside a running Lodge or without.`

export const command: Command = {
  about: 'a link by which somebody chooses a new password',
  async run(args) {
    const { positionals: [email = ''] } = readArguments(args, usage, {}, { positionals: [1, 1] })
    const config = readConfig(process.env)
    const reached = await reach(config, 'lodge new-link')
    const pool = openPool({ connect: reached.target, max: 2, log: silent, application: 'lodge new-link' })
    try {
      const made = await makeLinkFor(pool, email)
      if (!made) {
        const admins = await pool.read('admins', 5_000, (tx) => tx.all(selectAdmins()))
        throw new CannotStart(admins.length === 0
          ? 'Nobody is here yet: Lodge prints the link of the first administrator whenever it starts.'
          : `Nobody who may sign in has the address "${email}". Administrators: ${admins.map((one) => one.email).join(', ')}.`)
      }
      const url = config.publicUrl ?? `${config.tlsCert ? 'https' : 'http'}://${['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`
      console.log(`${url}/welcome/${made.secret}\n${made.name} (${made.email}) chooses a password there, until ${new Date(Date.now() + lifeMs.invitation).toISOString().slice(0, 16)}Z.`)
      return 0
    } finally {
      await pool.close()
      await reached.end()
    }
  },
}
