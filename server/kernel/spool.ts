/**
 * The spool: bytes that are on a disk when `append` resolves (spec SP). Append-only segments, one fdatasync for all who wait.
 *
 *   append() ─► group ─► write ─► fdatasync ─► resolved ─► … ─► release() ─► the segment goes when all of it is released
 *                  │ fails, or does not come back
 *                  └─► the segment is dead: its sync is never tried again, since a second fsync may say "done" of pages that the first
 *                      one lost. The same group goes to a new segment, on the next disk if need be; with none left it is refused.
 *
 * A dead segment may hold a part of a group behind its last good byte. Each segment's first record says where the earlier ones
 * end, so that such a part is never read as if it had been acknowledged, and never in another order.
 *
 * Everything from outside comes in as an argument: the tests drive this file with a disk that tears, flips, fills up, hangs and
 * forgets what was not synced.
 */
import { headBytes, payloadMaxBytes, scan, seal, unseal } from './spool-segment.ts'

/** A folder on one disk. Everything it resolves is durable, but `append`. */
export interface SpoolDisk {
  list(): Promise<readonly string[]>
  read(name: string): Promise<Buffer>
  readAt(name: string, offset: number, bytes: number): Promise<Buffer>
  /** An empty file whose name outlives a crash. */
  create(name: string): Promise<SpoolFile>
  /** A whole file, for what is kept aside. */
  put(name: string, bytes: Buffer): Promise<void>
  remove(name: string): Promise<void>
}
export interface SpoolFile {
  append(bytes: Buffer): Promise<void>
  sync(): Promise<void>
  /** Takes off what stands behind this many bytes. */
  cut(bytes: number): Promise<void>
  close(): Promise<void>
}

export interface Place { readonly segment: number; readonly offset: number; readonly bytes: number }

/** For whoever watches, in the tick it happens. */
export type SpoolEvent =
  | { what: 'segment failed'; segment: number; disk: number; error: unknown }
  /** Bytes that are no record were found at start; they stand in the file `file` now. */
  | { what: 'damage'; segment: number; offset: number; bytes: number; file: string }
  | { what: 'torn'; segment: number; bytes: number }
  | { what: 'unreadable'; disk: number; name: string; error: unknown }

export interface SpoolOptions {
  /** In the order of preference. */
  disks: readonly SpoolDisk[]
  now: () => number
  /** Returns off. */
  after: (ms: number, fn: () => void) => () => void
  report?: (event: SpoolEvent) => void
  /** All segments together. */
  maxBytes?: number
  segmentBytes?: number
  /** A disk that takes longer than this for a group has failed. */
  patienceMs?: number
}

export interface SpoolStats {
  /** Not released. */
  readonly records: number
  readonly bytes: number
  readonly segments: number
  /** No disk takes anything at the moment. */
  readonly isDead: boolean
  /** Since the start: pieces kept aside, ends that were torn, segments that failed. */
  readonly damaged: number; readonly torn: number; readonly failed: number
}

/** Nothing was kept, or nobody knows: it may be in the spool all the same, and the id makes a repeat harmless. */
export class NotKept extends Error {
  readonly why: 'full' | 'failing' | 'closed'
  constructor(why: NotKept['why'], options?: ErrorOptions) {
    super(`The spool is ${why}`, options)
    this.why = why
  }
}

export interface Spool {
  /** Resolves when the bytes are on a disk. In the order of the calls, and what stands behind one that fails fails with it. @throws NotKept */
  append(payload: Buffer): Promise<Place>
  /** @throws when the disk does, or the record is damaged by now */
  read(place: Place): Promise<Buffer>
  /** What was at this place is no longer needed. */
  release(place: Place): void
  stats(): SpoolStats
  /** Waits for what is being written. Files stay. */
  close(): Promise<void>
}

interface Segment { readonly number: number; readonly disk: number; readonly name: string; goodBytes: number; live: number; isSealed: boolean; file?: SpoolFile }
interface Waiting { readonly record: Buffer; resolve: (place: Place) => void; reject: (error: NotKept) => void }

const headKind = 1, payloadKind = 2
const groupMaxBytes = 4 * 1024 * 1024
/** A disk that failed is asked again after this; and so are all of them when none works. */
const diskRestMs = 1_000
/** One that does not answer would make whoever asks wait: the refusal has to come at once. */
const hungRestMs = 30_000
class Hung extends Error {}
const nameOf = (segment: number): string => `${String(segment).padStart(10, '0')}.spool`
const numberOf = (name: string): number | undefined => { const found = /^(\d{10})\.spool$/.exec(name); return found ? Number(found[1]) : undefined }

/**
 * @param found told of everything that an earlier life left and did not release, in its order. Some of it may be in the machine's cache
 * only: a process that was killed had not synced it. Whoever acknowledges such a thing again has to append it again.
 */
export async function openSpool(o: SpoolOptions, found: (payload: Buffer, place: Place) => void): Promise<Spool> {
  const { disks, maxBytes = 256 * 1024 * 1024, segmentBytes = 16 * 1024 * 1024, patienceMs = 2_000 } = o
  const segments = new Map<number, Segment>()   // oldest first
  let current: Segment | undefined
  let nextNumber = 1
  let queue: Waiting[] = []
  let running: Promise<void> | undefined
  let removing = Promise.resolve()
  const restUntilMs = disks.map(() => -Infinity)
  let isClosed = false
  const counted = { damaged: 0, torn: 0, failed: 0 }

  await recover()

  // --- what an earlier life left

  async function recover(): Promise<void> {
    const files = (await Promise.all(disks.map(async (disk, i) => {
      const names = await disk.list().catch((error: unknown) => { o.report?.({ what: 'unreadable', disk: i, name: '', error }); return [] })
      return names.flatMap((name) => { const number = numberOf(name); return number === undefined ? [] : [{ name, number, disk: i }] })
    }))).flat().sort((a, b) => a.number - b.number)

    const read: { segment: Segment; bytes: Buffer }[] = []
    const ends = new Map<number, number>()
    for (const { name, number, disk } of files) {
      nextNumber = Math.max(nextNumber, number + 1)
      try {
        const bytes = await disks[disk]!.read(name)
        for (const end of endsIn(bytes)) ends.set(end.segment, end.bytes)
        read.push({ segment: { number, disk, name, goodBytes: bytes.length, live: 0, isSealed: true }, bytes })
      } catch (error) {
        o.report?.({ what: 'unreadable', disk, name, error })   // it stays where it is, and is told; the next start tries again
      }
    }
    for (const { segment, bytes } of read) {
      segments.set(segment.number, segment)
      segment.goodBytes = Math.min(bytes.length, ends.get(segment.number) ?? Infinity)   // and what we say of it later is the same
      await take(segment, bytes.subarray(0, segment.goodBytes))
    }
    sweep()
  }

  async function take(segment: Segment, bytes: Buffer): Promise<void> {
    const { number, disk } = segment
    const { records, damaged, tornBytes } = scan(bytes)
    for (const { offset, payload } of records) {
      if (payload[0] !== payloadKind) continue
      segment.live++
      found(payload.subarray(1), { segment: number, offset, bytes: headBytes + payload.length })
    }
    if (tornBytes > 0) { counted.torn++; o.report?.({ what: 'torn', segment: number, bytes: tornBytes }) }
    for (const piece of damaged) {
      counted.damaged++
      const file = `damaged-${number}-${piece.offset}`
      // The name says what it is, so that the next start does the same again and not a second piece.
      const isSafe = await disks[disk]!.put(file, piece.bytes).then(() => true, (error: unknown) => { o.report?.({ what: 'unreadable', disk, name: file, error }); return false })
      if (!isSafe) segment.live++   // then the segment itself must stay
      o.report?.({ what: 'damage', segment: number, offset: piece.offset, bytes: piece.bytes.length, file })
    }
  }

  function endsIn(bytes: Buffer): { segment: number; bytes: number }[] {
    try {
      const head = unseal(bytes)
      return head[0] === headKind ? (JSON.parse(head.subarray(1).toString()) as { ends: { segment: number; bytes: number }[] }).ends : []
    } catch { return [] }
  }

  // --- writing

  async function run(): Promise<void> {
    await Promise.resolve()   // let what comes in one tick be synced together
    while (queue.length > 0) {
      const group = nextGroup()
      try {
        const total = group.reduce((sum, w) => sum + w.record.length, 0)
        if (usedBytes() + total > maxBytes) throw new NotKept('full')
        const { segment, from } = await write(Buffer.concat(group.map((w) => w.record)))
        let offset = from
        for (const w of group) {
          segment.live++
          w.resolve({ segment: segment.number, offset, bytes: w.record.length })
          offset += w.record.length
        }
      } catch (error) {
        const refused = [...group, ...queue]   // none may overtake another
        queue = []
        for (const w of refused) w.reject(error instanceof NotKept ? error : new NotKept('failing', { cause: error }))
      }
    }
    running = undefined
  }
  function nextGroup(): Waiting[] {
    let bytes = 0
    const end = queue.findIndex((w) => (bytes += w.record.length) > groupMaxBytes)
    return queue.splice(0, end < 0 ? queue.length : Math.max(1, end))
  }
  const usedBytes = (): number => { let sum = 0; for (const s of segments.values()) sum += s.goodBytes; return sum }

  /** On the present segment, else on a new one of each disk that is not known to fail. @throws what the last disk threw */
  async function write(bytes: Buffer): Promise<{ segment: Segment; from: number }> {
    if (current && current.goodBytes + bytes.length > segmentBytes && current.goodBytes > 0) end(current)
    let failure: unknown = new NotKept('failing')
    if (current) try { return await writeTo(current, bytes) } catch (error) { failure = error }
    const rested = disks.flatMap((_, i) => o.now() >= restUntilMs[i]! ? [i] : [])
    for (const disk of rested) {
      try { return await writeTo(await begin(disk), bytes) } catch (error) {
        failure = error
        restUntilMs[disk] = o.now() + (error instanceof Hung ? hungRestMs : diskRestMs)
      }
    }
    throw failure
  }

  async function begin(disk: number): Promise<Segment> {
    const number = nextNumber++
    const ends = [...segments.values()].map((s) => ({ segment: s.number, bytes: s.goodBytes }))
    const file = await within(disks[disk]!.create(nameOf(number)), (late) => void late.close().catch(() => {})).catch((error: unknown) => {
      counted.failed++
      o.report?.({ what: 'segment failed', segment: number, disk, error })
      throw error
    })
    const segment: Segment = { number, disk, name: nameOf(number), goodBytes: 0, live: 0, isSealed: false, file }
    segments.set(number, segment)
    current = segment
    const head = seal(Buffer.concat([Buffer.of(headKind), Buffer.from(JSON.stringify({ ends }))]))
    await writeTo(segment, head)
    return segment
  }

  async function writeTo(segment: Segment, bytes: Buffer): Promise<{ segment: Segment; from: number }> {
    const file = segment.file!
    const from = segment.goodBytes
    try {
      await within((async () => { await file.append(bytes); await file.sync() })())
    } catch (error) {
      counted.failed++
      o.report?.({ what: 'segment failed', segment: segment.number, disk: segment.disk, error })
      if (current === segment) current = undefined
      segment.isSealed = true
      delete segment.file
      // Out of room it works, and then nothing half is left; of a broken disk nothing is hoped.
      void file.cut(from).catch(() => {}).then(() => file.close()).catch(() => {})
      sweep()
      throw error
    }
    segment.goodBytes += bytes.length
    return { segment, from }
  }

  function within<T>(work: Promise<T>, orphan?: (late: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let isOver = false
      const off = o.after(patienceMs, () => { isOver = true; reject(new Hung(`The disk did not answer within ${patienceMs} ms`)) })
      work.then((value) => { off(); if (isOver) orphan?.(value); else resolve(value) }, (error: unknown) => { off(); reject(error as Error) })
    })
  }

  // --- the end of segments

  function end(segment: Segment): void {
    segment.isSealed = true
    if (current === segment) current = undefined
    const { file } = segment
    delete segment.file
    void file?.close().catch(() => {})
  }

  /** From the oldest on only: the heads of later ones say where an earlier one ends. */
  function sweep(): void {
    for (const segment of segments.values()) {
      if (segment.live > 0 || !segment.isSealed) return
      segments.delete(segment.number)
      // One that cannot be removed is replayed by the next start, where every id is known.
      removing = removing.then(() => disks[segment.disk]!.remove(segment.name)).catch(() => {})
    }
  }

  return {
    append(payload) {
      if (isClosed) return Promise.reject(new NotKept('closed'))
      if (payload.length >= payloadMaxBytes) return Promise.reject(new NotKept('full'))
      return new Promise((resolve, reject) => {
        queue.push({ record: seal(Buffer.concat([Buffer.of(payloadKind), payload])), resolve, reject })
        running ??= run()
      })
    },
    async read(place) {
      const segment = segments.get(place.segment)
      if (!segment) throw new Error('This record was released')
      return unseal(await disks[segment.disk]!.readAt(segment.name, place.offset, place.bytes)).subarray(1)
    },
    release(place) {
      const segment = segments.get(place.segment)
      if (!segment) return
      segment.live--
      if (segment === current && segment.live === 0 && queue.length === 0 && !running) end(segment)   // all is done: nothing is left to be replayed
      sweep()
    },
    stats: () => ({
      records: [...segments.values()].reduce((sum, s) => sum + s.live, 0), bytes: usedBytes(), segments: segments.size,
      isDead: disks.length > 0 && !current && restUntilMs.every((until) => o.now() < until), ...counted,
    }),
    async close() {
      isClosed = true
      await running
      if (current) end(current)
      sweep()
      await removing
    },
  }
}
