/**
 * The parent of a demo's server. Its drills kill the server with SIGKILL, so somebody has to be there who brings it back: on the
 * same port, while guests and the drill itself, which are children of the keeper too, go on. Whatever ends the keeper ends
 * everything: its children notice that their channel closed.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isRunning, type DemoDrill, type DrillRun } from '#contract/demo-drills.ts'
import { whenAskedToEnd } from '#server/jobs/asked-to-end.ts'
import { whenNpmIsGone } from '#server/jobs/orphaned.ts'
import { keeperKey, type FromDrill, type FromServer, type GuestOrders, type ToDrill, type ToServer } from './line.ts'

const restMs = 200
/** Who dies this often within a minute is ill, and is not brought back any more. */
const deathsMax = 6
/** Longer than any drill takes. */
const drillMaxMs = 150_000
const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** @param server what to run, with the arguments and flags that this process was given */
export function keepDemo(server: string): void {
  const deaths: number[] = []
  const runs = new Map<DemoDrill, DrillRun>()
  let house: ChildProcess | undefined, guests: ChildProcess | undefined, drill: ChildProcess | undefined
  let orders: GuestOrders | undefined
  let port: number | undefined   // the first one's; there the pages are that come back
  let isOpen = false, isStopping = false

  function open(): void {
    // A group of its own: Ctrl-C reaches us alone, and the server hears of it once.
    const own = house = fork(server, process.argv.slice(2), {
      detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...(port !== undefined && { PORT: String(port) }), [keeperKey]: String(process.pid) },
    })
    isOpen = false
    tellDrill({ is: 'server', what: 'started', atMs: Date.now() })
    own.on('message', (said: FromServer) => { hear(said) })
    own.once('exit', (code, signal) => { if (own === house) gone(code, signal) })
  }
  function gone(code: number | null, signal: NodeJS.Signals | null): void {
    house = undefined
    tellDrill({ is: 'server', what: 'gone', atMs: Date.now() })
    const nowMs = Date.now()
    deaths.push(nowMs)
    const isIll = deaths.filter((atMs) => nowMs - atMs < 60_000).length > deathsMax
    if (isStopping || code === 0 || port === undefined || isIll) return end(code ?? 1)   // it was told to, or never was open
    console.error(`The server ended (${signal ?? `code ${code}`}${isOpen ? '' : ', before it was open'}). Starting it again.`)
    setTimeout(() => { if (!isStopping) open() }, restMs)
  }
  function end(code: number): void {
    guests?.kill('SIGKILL')
    drill?.kill('SIGKILL')
    process.exit(code)
  }

  function hear(said: FromServer): void {
    if (said.is === 'pulled') tellDrill(said)
    else if (said.is === 'start') begin(said.drill, said.conversation)
    else {
      isOpen = true
      port = said.port
      orders = said.orders
      if (!guests) {
        guests = fork(program('guests.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
        guests.send(orders)   // not as arguments: those are seen by everybody on this machine
      }
      tellRuns()
    }
  }
  /** @returns whether there is a server to hear it */
  function tell(message: ToServer): boolean {
    if (!house?.connected || !isOpen) return false
    house.send(message)
    return true
  }
  const tellRuns = (): void => { tell({ is: 'runs', runs: [...runs.values()] }) }
  function tellDrill(message: ToDrill): void { if (drill?.connected) drill.send(message) }

  function begin(name: DemoDrill, conversation: string | undefined): void {
    if (drill) return void drill.once('exit', () => { begin(name, conversation) })   // the last one is on its way out
    if (!orders) return
    const own = drill = fork(program('drills/main.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const late = setTimeout(() => own.kill('SIGKILL'), drillMaxMs)
    note({ drill: name, sightings: [] })
    own.on('message', (said: FromDrill) => {
      if (said.is === 'run') note(said.run)
      else if (said.is === 'kill server') house?.kill('SIGKILL')
      else if (!tell(said)) own.send({ is: 'pulled', id: said.id, failed: 'The server is not there.' } satisfies ToDrill)
    })
    own.once('exit', () => {
      clearTimeout(late)
      drill = undefined
      // Whatever became of it, nothing of it stays.
      tell({ is: 'pull', id: 0, lever: { pull: 'disk', leftBytes: null } })
      tell({ is: 'pull', id: 0, lever: { pull: 'leak', isOn: false } })
      const run = runs.get(name)!
      if (isRunning(run)) note({ ...run, failed: 'It ended before it was over.' })
      else tellRuns()
    })
    tellDrill({ is: 'begin', drill: name, orders, conversation })
  }
  function note(run: DrillRun): void {
    runs.delete(run.drill)   // the newest stands last
    runs.set(run.drill, run)
    tellRuns()
  }

  function stop(signal: NodeJS.Signals): void {
    isStopping = true
    if (!house) return end(0)
    house.kill(signal)   // asked again, it ends at once
  }
  whenAskedToEnd(stop)
  whenNpmIsGone(() => { if (!isStopping) stop('SIGTERM') })
  open()
}
