/** The carrier in a process of its own: for tests that ask what is left when one side dies. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startCarrier, type Faults, type FromPhone, type OnPhone } from '#demo/carrier.ts'

export interface PeerState { port: number; onPhones: readonly OnPhone[]; fromPhones: readonly FromPhone[]; waiting: number; isBound: boolean; taken: [string, number][] }
type Ask = { do: 'state' } | { do: 'send'; from: string; to: string; text: string } | { do: 'faults'; faults: Faults } | { do: 'drop' }

export interface SmppPeer {
  readonly port: number
  state(): Promise<PeerState>
  /** A phone sends. */
  send(from: string, to: string, text: string): Promise<PeerState>
  faults(faults: Faults): Promise<PeerState>
  drop(): Promise<PeerState>
  close(): Promise<void>
}

export async function startSmppPeer({ systemId = 'lantern', password = 'sesame', seed = 1, retryMs = 400 } = {}): Promise<SmppPeer> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify({ systemId, password, seed, retryMs })], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting: ((state: PeerState) => void)[] = []
  child.on('message', (state: PeerState) => waiting.shift()?.(state))
  const ask = (what: Ask): Promise<PeerState> => new Promise((resolve) => { waiting.push(resolve); child.send(what) })
  const { port } = await ask({ do: 'state' })
  return {
    port, state: () => ask({ do: 'state' }), send: (from, to, text) => ask({ do: 'send', from, to, text }), faults: (faults) => ask({ do: 'faults', faults }), drop: () => ask({ do: 'drop' }),
    close: () => new Promise((done) => { child.once('exit', () => { done() }); child.kill('SIGKILL') }),
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const carrier = await startCarrier(JSON.parse(process.argv[2]!) as Parameters<typeof startCarrier>[0])
  process.on('message', (ask: Ask) => {
    if (ask.do === 'send') carrier.send(ask.from, ask.to, ask.text)
    if (ask.do === 'faults') carrier.faults = ask.faults
    if (ask.do === 'drop') carrier.drop()
    const { port, onPhones, fromPhones, waiting, isBound, taken } = carrier
    process.send!({ port, onPhones, fromPhones, waiting, isBound, taken: [...taken] } satisfies PeerState)
  })
  process.on('disconnect', () => process.exit(0))   // whoever asked is gone
}
