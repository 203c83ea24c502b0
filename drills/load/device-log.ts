/** A kiosk's log on a real disk: append, fdatasync, and only then anybody is told. What a kill leaves half-written was never told. */
import { existsSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { newId } from '#client/id.ts'

export interface LoggedOperation { readonly id: string; readonly seq: number; readonly type: 'check_in' | 'check_out'; readonly visit: string; readonly at: string; readonly offsetMs: 0; readonly body: object }
type Record = { readonly log: string } | { readonly operation: LoggedOperation } | { readonly receipt: string }

export interface DeviceLog {
  readonly id: string
  readonly operations: readonly LoggedOperation[]
  isUnsent(id: string): boolean
  /** Resolves when it is on the disk. */
  write(operation: Omit<LoggedOperation, 'seq'>): Promise<LoggedOperation>
  /** The server has it. */
  receipt(id: string): void
}

export async function openDeviceLog(path: string): Promise<DeviceLog> {
  const operations: LoggedOperation[] = [], receipts = new Set<string>()
  let id = ''
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  for (const line of whole.split('\n').filter(Boolean)) {
    const record = JSON.parse(line) as Record
    if ('log' in record) id = record.log
    else if ('operation' in record) operations.push(record.operation)
    else receipts.add(record.receipt)
  }
  const file = await open(path, 'a')
  await file.truncate(Buffer.byteLength(whole))   // a torn end would spoil the next line
  const append = (record: Record): Promise<unknown> => file.appendFile(`${JSON.stringify(record)}\n`)
  if (id === '') {
    id = newId()
    await append({ log: id })
    await file.datasync()
  }
  let seq = operations.length
  let written: Promise<unknown> = Promise.resolve()
  return {
    id, operations,
    isUnsent: (operation) => !receipts.has(operation),
    async write(of) {
      const operation = { ...of, seq: ++seq }
      written = written.then(() => append({ operation })).then(() => file.datasync())
      await written
      operations.push(operation)
      return operation
    },
    receipt(operation) {
      receipts.add(operation)
      written = written.then(() => append({ receipt: operation }))
    },
  }
}
