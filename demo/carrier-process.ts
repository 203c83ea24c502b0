/** The carrier in a process of its own, as carriers are: whoever forks this asks it by messages, and is told of changes if it wants to be. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startCarrier, type CarrierOptions, type Faults, type FromPhone, type OnPhone } from './carrier.ts'

export interface CarrierState { port: number; onPhones: readonly OnPhone[]; fromPhones: readonly FromPhone[]; lostReports: readonly string[]; waiting: number; isBound: boolean; faults: Faults }
type Ask = { do: 'state' } | { do: 'send'; from: string; to: string; text: string } | { do: 'faults'; faults: Faults } | { do: 'drop' }

export interface CarrierProcess {
  readonly port: number
  state(): Promise<CarrierState>
  /** A phone sends. */
  send(from: string, to: string, text: string): Promise<CarrierState>
  faults(faults: Faults): Promise<CarrierState>
  drop(): Promise<CarrierState>
  close(): Promise<void>
}

/** @param changed told at most every 50 ms */
export async function forkCarrier(options: Omit<CarrierOptions, 'changed'>, changed?: (state: CarrierState) => void): Promise<CarrierProcess> {
  const child = fork(fileURLToPath(import.meta.url), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting: ((state: CarrierState) => void)[] = []
  child.on('message', ({ answers, state }: { answers: boolean; state: CarrierState }) => { if (answers) waiting.shift()?.(state); else changed?.(state) })
  const ask = (what: Ask | { do: 'start'; options: object; tells: boolean }): Promise<CarrierState> => new Promise((resolve) => { waiting.push(resolve); child.send(what) })
  const { port } = await ask({ do: 'start', options, tells: changed !== undefined })   // not as arguments: there is a password
  return {
    port, state: () => ask({ do: 'state' }), send: (from, to, text) => ask({ do: 'send', from, to, text }), faults: (faults) => ask({ do: 'faults', faults }), drop: () => ask({ do: 'drop' }),
    close: () => new Promise((done) => { if (child.exitCode !== null) done(); else { child.once('exit', () => { done() }); child.kill('SIGKILL') } }),
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) process.once('message', (start: { options: CarrierOptions; tells: boolean }) => void (async () => {
  let soon: NodeJS.Timeout | undefined
  const say = (answers: boolean): void => {
    const { port, onPhones, fromPhones, lostReports, waiting, isBound, faults } = carrier
    process.send!({ answers, state: { port, onPhones, fromPhones, lostReports, waiting, isBound, faults } satisfies CarrierState })
  }
  const carrier = await startCarrier({ ...start.options, changed() { if (start.tells) soon ??= setTimeout(() => { soon = undefined; say(false) }, 50) } })
  process.on('message', (ask: Ask) => {
    if (ask.do === 'send') carrier.send(ask.from, ask.to, ask.text)
    if (ask.do === 'faults') carrier.faults = ask.faults
    if (ask.do === 'drop') carrier.drop()
    say(true)
  })
  process.on('disconnect', () => process.exit(0))   // whoever asked is gone
  say(true)
})())
