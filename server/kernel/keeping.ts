/**
 * When commands go to the spool instead of the journal, and how they come back (spec SP).
 *
 *   idle ──suspect()──► keeping ──probe: it writes──► replaying ──nothing left──► idle
 *     every command goes    ▲  what may be kept is,        │  lane by lane, in order; what is
 *     to the journal        │  the rest is refused         │  refused for good is set aside
 *                           └────────── away again ────────┘
 *
 * A lane is what must stay in order: a topic, or one visit. While a lane has something here, what comes later on it goes here too.
 * Replaying is idempotent by id, so nothing has to remember how far it came: a segment goes when all of it is settled.
 */
import { NotKept, type Place, type Spool } from './spool.ts'
import { Refusal } from './refusal.ts'

/** What is needed to do it again later, by somebody else: another process. All of it is JSON. */
export interface KeptCommand {
  readonly kind: string
  readonly account: string
  readonly id: string
  readonly lane: string
  readonly type: string
  readonly actor: string
  /** When it was accepted. */
  readonly at: string
  readonly body: unknown
}
/** `away`: nothing is known, it will be tried again. */
export type Outcome = { readonly is: 'stored'; readonly topic: string; readonly offset: number; readonly at: string } | { readonly is: 'refused'; readonly refusal: Refusal } | { readonly is: 'away' }

export interface KeepingOptions<C extends KeptCommand> {
  spool: Spool
  now: () => number
  random: () => number
  sleep: (ms: number) => Promise<void>
  /** Does them now, with all their checks, in this order. Never throws. */
  apply: (commands: readonly C[]) => Promise<readonly Outcome[]>
  /** It passes or fails by itself, and none of those behind it can be stored while it is put off. Such neighbours of a lane are done together. */
  isPlain?: (command: C) => boolean
  /** Puts aside what was refused for good, where people see it. @throws when that cannot be written now */
  setAside: (command: C, refusal: Refusal) => Promise<void>
  probe: () => Promise<{ reads: boolean; writes: boolean }>
  /** After its bytes are on a disk. */
  onKept?: (command: C) => void
  onSettled?: (command: C, outcome: Exclude<Outcome, { is: 'away' }>) => void
  /** `depth`: how many are held. At start before there is anything to ask. */
  onState?: (state: KeepingState, depth: number) => void
  report?: (error: unknown, what: string) => void
  /** Lanes at once during a replay. */
  atOnce?: number
}
export type KeepingState = 'idle' | 'keeping' | 'replaying' | 'dead'
export interface KeepingStats { readonly state: KeepingState; readonly depth: number; readonly bytes: number; readonly oldestMs: number | undefined; readonly setAside: number; readonly damaged: number; readonly isSilent: boolean }

interface Held<C> {
  /** Of a large one without its body, which stands on the disk. */
  command: C
  isLean: boolean
  readonly digest: string
  readonly atMs: number
  readonly places: Place[]
  /** Since it is on a disk for sure; undefined of what an earlier life left, until somebody asks again. */
  synced: Promise<void> | undefined
}

export interface Keeping<C extends KeptCommand> {
  /** The journal does not take commands now. */
  readonly isAway: boolean
  /** And it does not even answer questions. */
  readonly isSilent: boolean
  holds(account: string, lane: string): boolean
  /** Resolves when it is on a disk; a repeat resolves with it, `at` of the first. @throws Refusal `unavailable`, `id_reused` */
  keep(command: C, digest: string): Promise<C>
  /** False once it was stored or set aside, also if that was while `keep` wrote it. */
  isHeld(account: string, id: string): boolean
  /** What is kept on this lane, oldest first. */
  of(account: string, lane: string): C[]
  /** Something took too long or failed: from now on commands are kept, until a probe succeeds. */
  suspect(why: string): void
  /** Something says that it is back: probes at once instead of in a while. */
  probeNow(): void
  stats(): KeepingStats
  /** Resolves when nothing is held, or `forMs` is over. */
  drained(forMs: number): Promise<boolean>
  stop(): Promise<void>
}

const probeFirstMs = 100, probeCapMs = 1_000
/** Commands of a lane that are done together: with all lanes two commits full, so that what people say meanwhile waits for no more than these. */
const runMax = 32
/** A photo a visitor, and a hundred thousand of them would not fit into memory. */
const leanBytes = 64 * 1024
const leanOf = <C extends KeptCommand>(command: C, bytes: number): { command: C; isLean: boolean } =>
  bytes > leanBytes ? { command: { ...command, body: null }, isLean: true } : { command, isLean: false }
const lost = 'The disk does not give back what was kept here.'
const full = 'The database is away, and the room for keeping messages meanwhile is used up.'
const failing = 'The database is away, and this server’s disk keeps nothing either. Nothing was taken; try again shortly.'

/** @param found what an earlier life left, in its order */
export function keeping<C extends KeptCommand>(o: KeepingOptions<C>, found: readonly { command: C; digest: string; place: Place }[]): Keeping<C> {
  const { spool, now, atOnce = 32 } = o
  const lanes = new Map<string, Held<C>[]>()
  const byId = new Map<string, Held<C>>()
  let state: 'idle' | 'keeping' | 'replaying' = 'idle'
  let isSilent = false
  let isReplaying = false   // also while it is suspected again
  let isLooking = false
  let mending: Promise<void> | undefined
  let isStopped = false
  let setAside = 0
  let hurry = (): void => {}

  const idKey = (c: { account: string; id: string }): string => `${c.account} ${c.id}`
  const laneKey = (account: string, lane: string): string => `${account} ${lane}`

  function enter(held: Held<C>): void {
    const key = laneKey(held.command.account, held.command.lane)
    const lane = lanes.get(key)
    if (lane) lane.push(held); else lanes.set(key, [held])
    byId.set(idKey(held.command), held)
  }
  function leave(held: Held<C>): void {
    if (byId.get(idKey(held.command)) !== held) return
    const key = laneKey(held.command.account, held.command.lane)
    const lane = lanes.get(key)!
    lane.splice(lane.indexOf(held), 1)
    if (lane.length === 0) lanes.delete(key)
    byId.delete(idKey(held.command))
    for (const place of held.places) spool.release(place)
  }

  for (const { command, digest, place } of found) {
    // Twice: once in a segment that failed, once in the next; or asked for again after a restart.
    const before = byId.get(idKey(command))
    if (before) before.places.push(place)
    else enter({ ...leanOf(command, place.bytes), digest, atMs: Date.parse(command.at), places: [place], synced: undefined })
  }

  /** @throws Refusal when no disk takes it; then it is held no more, unless an earlier life left it */
  function write(held: Held<C>): Promise<void> {
    const written = spool.append(Buffer.from(JSON.stringify({ ...held.command, digest: held.digest }))).then((place) => {
      if (byId.get(idKey(held.command)) === held) {
        held.places.push(place)
        Object.assign(held, leanOf(held.command, place.bytes))
      }
      else spool.release(place)   // it was done meanwhile
    }, (error: unknown) => {
      if (held.places.length === 0) leave(held)
      else held.synced = undefined
      throw new Refusal('unavailable', error instanceof NotKept && error.why === 'full' ? full : failing, 5_000)
    })
    written.catch(() => {})
    return written
  }

  function turn(to: typeof state): void {
    if (state === to) return
    state = to
    o.onState?.(to, byId.size)
  }

  /** @param seemsSilent until a probe says otherwise: whoever asks must not wait for a database that hangs */
  function suspect(seemsSilent = true): void {
    if (isStopped) return
    turn('keeping')
    // What is being replayed asks it too, and would be refused by our own guess until its patience ends: ten seconds, again and again.
    if (isReplaying) void look(); else isSilent = seemsSilent
    mending ??= mend()
  }

  /** It answered when the replay began. Whether it still does only a probe says, since nobody else asks until the replay is over. */
  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    while (isReplaying && !isStopped) {
      const { reads } = await o.probe()
      if (!isReplaying) break
      isSilent = !reads
      if (reads) break
      await o.sleep(probeFirstMs)
    }
    isLooking = false
  }

  async function mend(): Promise<void> {
    for (let tries = 0; !isStopped; tries++) {
      if (tries > 0) await Promise.race([o.sleep(probeFirstMs / 2 + o.random() * Math.min(probeCapMs, probeFirstMs * 2 ** Math.min(tries, 5))), new Promise<void>((resolve) => { hurry = resolve })])
      if (isStopped) return
      const { reads, writes } = await o.probe()
      isSilent = !reads
      if (!writes) { turn('keeping'); continue }
      turn('replaying')
      isReplaying = true
      const isDone = await replay().finally(() => { isReplaying = false })
      if (!isDone) { turn('keeping'); continue }
      if (lanes.size > 0) continue   // came between the replay's last look and this one
      // All of it in this tick: whoever is kept from now on begins a new round, and finds no old one.
      mending = undefined
      turn('idle')
      return
    }
  }

  /** @returns true when nothing is left */
  async function replay(): Promise<boolean> {
    let isAwayAgain = false
    while (lanes.size > 0 && !isAwayAgain && !isStopped) {
      const todo = [...lanes.keys()].reverse()
      const work = async (): Promise<void> => {
        for (let key = todo.pop(); key !== undefined && !isAwayAgain && !isStopped; key = todo.pop()) {
          for (let run = runOf(key); run.length > 0 && !isStopped; run = runOf(key)) {
            if (!await settle(run)) { isAwayAgain = true; return }
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(atOnce, todo.length) }, work))
    }
    return !isAwayAgain && !isStopped
  }

  /** What may be done together from the front of a lane: one commit and one message to each follower, instead of as many as there are commands. */
  function runOf(key: string): Held<C>[] {
    const lane = lanes.get(key) ?? []
    const isPlain = (held: Held<C>): boolean => !held.isLean && o.isPlain?.(held.command) === true
    let end = Math.min(1, lane.length)
    while (end < lane.length && end < runMax && isPlain(lane[end - 1]!) && isPlain(lane[end]!)) end++
    return lane.slice(0, end)
  }

  /** @returns false when the rest has to wait */
  async function settle(run: readonly Held<C>[]): Promise<boolean> {
    // One that never got onto a disk is gone by then: whoever asked for it was refused.
    const isKept = await Promise.all(run.map(async (held) => held.synced?.then(() => true, () => held.places.length > 0) ?? true))
    const known = await Promise.all(run.filter((_, i) => isKept[i]).map(async (held) => ({ held, command: held.isLean ? await wholeOf(held) : held.command })))
    const outcomes = (await o.apply(known.flatMap(({ command }) => command ?? []))).values()
    for (const { held, command } of known) {
      const outcome: Outcome = command ? outcomes.next().value! : { is: 'refused', refusal: new Refusal('internal', lost) }
      if (outcome.is === 'away') return false
      if (outcome.is === 'refused') {
        try { await o.setAside(command ?? held.command, outcome.refusal) } catch (error) {
          if (!(error instanceof Refusal)) o.report?.(error, 'set aside')
          return false
        }
        setAside++
      }
      leave(held)
      o.onSettled?.(held.command, outcome)
    }
    return true
  }
  /** From the disk again; undefined when no place gives it back. */
  async function wholeOf({ places }: Held<C>): Promise<C | undefined> {
    for (const place of places) {
      try {
        const { digest: _, ...command } = JSON.parse((await spool.read(place)).toString()) as C & { digest: string }
        return command as unknown as C
      } catch (error) { o.report?.(error, 'read what was kept') }
    }
    return undefined
  }

  if (lanes.size > 0) suspect(false)

  return {
    get isAway() { return state === 'keeping' },
    get isSilent() { return state === 'keeping' && isSilent },
    holds: (account, lane) => lanes.size > 0 && lanes.has(laneKey(account, lane)),
    async keep(command, digest) {
      const before = byId.get(idKey(command))
      if (before) {
        if (before.digest !== digest) throw new Refusal('id_reused')
        await (before.synced ??= write(before))
        return before.command
      }
      const held: Held<C> = { command, isLean: false, digest, atMs: Date.parse(command.at), places: [], synced: undefined }
      enter(held)
      held.synced = write(held)
      if (state === 'idle') suspect()   // somebody has to take it out again
      await held.synced
      if (byId.get(idKey(command)) === held) o.onKept?.(command)
      return command
    },
    isHeld: (account, id) => byId.has(idKey({ account, id })),
    of: (account, lane) => (lanes.get(laneKey(account, lane)) ?? []).flatMap((h) => h.places.length > 0 ? [h.command] : []),
    suspect: () => suspect(),
    probeNow: () => hurry(),
    stats() {
      const { bytes, isDead, damaged } = spool.stats()
      let oldestMs = Infinity
      for (const [held] of lanes.values()) if (held) oldestMs = Math.min(oldestMs, held.atMs)
      return { state: isDead ? 'dead' : state, depth: byId.size, bytes, oldestMs: byId.size > 0 ? oldestMs : undefined, setAside, damaged, isSilent: state === 'keeping' && isSilent }
    },
    async drained(forMs) {
      for (const untilMs = now() + forMs; byId.size > 0 && now() < untilMs;) await o.sleep(20)
      return byId.size === 0
    },
    async stop() {
      isStopped = true
      await mending
    },
  }
}
