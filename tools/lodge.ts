/** `npm run lodge -- COMMAND …`: what an operator does from the command line. One command is one file in `lodge/`, and one line here. */
import { Refusal } from '#server/kernel/refusal.ts'
import { sentenceOf } from './lodge/sentence.ts'

export interface Command { /** One line. */ readonly about: string; /** @returns the exit code */ run(args: readonly string[]): Promise<number> }

const commands: Record<string, () => Promise<{ command: Command }>> = {
  backup: async () => import('./lodge/backup.ts'),
  restore: async () => import('./lodge/restore.ts'),
  'export-account': async () => import('./lodge/export-account.ts'),
  check: async () => import('./lodge/check.ts'),
  doctor: async () => import('./lodge/doctor.ts'),
  'new-link': async () => import('./lodge/new-link.ts'),
  sql: async () => import('./lodge/sql.ts'),
  status: async () => import('./lodge/status.ts'),
}

const [name, ...args] = process.argv.slice(2)
const found = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
if (!found) {
  if (name !== undefined && name !== 'help' && name !== '--help') console.error(`There is no command "${name}".\n`)
  console.log(`npm run lodge -- COMMAND …\n\n${(await Promise.all(Object.entries(commands).map(async ([of, load]) => `  ${of.padEnd(16)} ${(await load()).command.about}`))).join('\n')}\n`)
  process.exitCode = name === undefined || name.includes('help') ? 0 : 2
} else {
  try {
    process.exitCode = await (await found()).command.run(args)
  } catch (error) {
    console.error(sentenceOf(error) ?? error)
    process.exitCode = error instanceof Refusal ? 1 : 2
  }
}
