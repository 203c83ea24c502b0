/** `npm run lodge -- COMMAND …`: what an administrator does from a shell. One file per command, in `lodge/`. */
import { CannotStart } from '#server/kernel/cannot-start.ts'
import type { Command } from './lodge/command.ts'

const commands: Record<string, () => Promise<{ command: Command }>> = {
  backup: () => import('./lodge/backup.ts'),
  restore: () => import('./lodge/restore.ts'),
  'export-account': () => import('./lodge/export-account.ts'),
  check: () => import('./lodge/check.ts'),
  doctor: () => import('./lodge/doctor.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof CannotStart ? error.message : error)
  process.exitCode = 2
}

async function main(): Promise<number> {
  const load = commands[name]
  if (!load) {
    console.log('npm run lodge -- COMMAND\n')
    for (const [one, loaded] of Object.entries(commands)) console.log(`  ${one.padEnd(16)}${(await loaded()).command.summary}`)
    console.log('\nnpm run lodge -- COMMAND --help tells more. Commands work on the data that Lodge would use (LODGE_DATA, DATABASE_URL).')
    return name === '' || name === '--help' ? 0 : 2
  }
  const { command } = await load()
  if (args.includes('--help')) {
    console.log(command.usage)
    return 0
  }
  return command.run(args)
}
