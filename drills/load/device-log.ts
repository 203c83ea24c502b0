/**
 * A kiosk's log in a file: append, fdatasync, and only then anybody is told. What a kill leaves half-written was never told. To the
 * kiosk's own flusher and accounts it is a shelf like the one in the browser.
 */
import { existsSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { OperationResult } from '#contract/kiosks.ts'
import { newId } from '#client/id.ts'
import type { Happened, Kept } from '#web/kiosk/log/kept.ts'
import { memoryShelf } from '#web/kiosk/log/shelf-memory.ts'
import type { Shelf } from '#web/kiosk/log/shelf.ts'

type Line = { readonly log: string } | { readonly happened: Happened } | { readonly marked: readonly OperationResult[]; readonly atMs: number } | { readonly unmarked: readonly number[] }

export interface DeviceLog extends Shelf {
  readonly id: string
  /** All of them, by number. */
  operations(): readonly Kept[]
  /** Resolves when it is on the disk. */
  write(happened: Happened): Promise<Kept>
}

export async function openDeviceLog(path: string): Promise<DeviceLog> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const lines = whole.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line)
  const begun = lines.flatMap((line) => 'log' in line ? [line.log] : [])[0]
  const id = begun ?? newId(), shelf = memoryShelf(id)
  for (const line of lines) {
    if ('happened' in line) shelf.add(line.happened)
    else if ('marked' in line) await shelf.mark(line.marked, line.atMs)
    else if ('unmarked' in line) await shelf.unmark(line.unmarked)
  }
  const file = await open(path, 'a')
  await file.truncate(Buffer.byteLength(whole))   // a torn end would spoil the next line
  const append = (line: Line): Promise<void> => file.appendFile(`${JSON.stringify(line)}\n`)
  let written: Promise<unknown> = Promise.resolve()
  /** In the order of the calls, which is that of the numbers. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = written.then(work)
    written = done.catch(() => {})
    return done
  }
  if (begun === undefined) await inTurn(async () => { await append({ log: id }); await file.datasync() })
  return {
    ...shelf, id,
    operations: () => [...shelf.rows.values()],
    write: (happened) => inTurn(async () => {
      await append({ happened })
      await file.datasync()
      shelf.add(happened)
      return shelf.rows.get(shelf.rows.size)!
    }),
    // A kill may take these: then it is sent once more, as in the browser.
    mark: (results, nowMs) => inTurn(async () => { await append({ marked: results, atMs: nowMs }); await shelf.mark(results, nowMs) }),
    unmark: (seqs) => inTurn(async () => { await append({ unmarked: seqs }); await shelf.unmark(seqs) }),
  }
}
