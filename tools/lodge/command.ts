import { resolve } from 'node:path'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import type { Progress } from '#server/features/backups/progress.ts'

/** With `--help` it shows the usage and ends. @throws CannotStart with the usage behind it */
export function readArguments<O extends ParseArgsOptionsConfig>(args: readonly string[], usage: string, options: O, { positionals: [least, most] }: { positionals: [number, number] }) {
  if (args.includes('--help')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    const read = parseArgs({ args: [...args], options, allowPositionals: true })
    if (read.positionals.length < least || read.positionals.length > most) throw new Error(read.positionals.length < least ? 'Something is missing.' : `"${read.positionals[most]}" is too much.`)
    return read
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}\n\n${usage}`)
  }
}

/** @throws CannotStart that names the option */
export function wholeNumber(text: string, option: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw new CannotStart(`--${option} is "${text}"; it must be a whole number from ${least} on.`)
  return Number(text)
}

/** A path as it was typed: npm runs us elsewhere than where that was. */
export const typed = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path)

/** One line that is written anew on a terminal; elsewhere a line every few seconds. Ends with `done`. */
export function progressLine(what: string): { show: (progress: Progress) => void; done: () => void } {
  const { isTTY } = process.stderr
  let shownMs = isTTY ? -Infinity : performance.now()   // a short work needs no line in a log
  return {
    show({ part, done, leftMs }) {
      const nowMs = performance.now()
      if (nowMs - shownMs < (isTTY ? 100 : 5_000)) return
      shownMs = nowMs
      process.stderr.write(`${isTTY ? '\r\x1b[K' : ''}${what}: ${Math.floor(done * 100)} %, ${part}${leftMs === undefined ? '' : `, ${time(leftMs)} left`}${isTTY ? '' : '\n'}`)
    },
    done() { if (isTTY) process.stderr.write('\r\x1b[K') },
  }
}
export const time = (ms: number): string => ms < 1_000 ? `${Math.round(ms)} ms` : ms < 90_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s` : `${Math.round(ms / 60_000)} min`
export const count = (n: number): string => n.toLocaleString('en')
export const size = (bytes: number): string => bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} kB` : bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${(bytes / 2 ** 30).toFixed(1)} GB`
