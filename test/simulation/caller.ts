/** A program that calls the API: several commands in one tick, in order, the same ones again until each is settled. */
import { errorKinds } from '#contract/errors.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Chance } from '#drills/chance.ts'
import type { Recorded } from '#drills/checker/history.ts'
import { draftOf, type Actor, type Node } from './node.ts'
import { markOf, type Asked } from './person.ts'
import type { Scheduler } from './scheduler.ts'

interface Options {
  actor: Actor
  time: Scheduler
  chance: Chance
  /** A node that answers now, if any. */
  node: () => Node | undefined
  record: (event: Recorded) => void
  defect: (error: unknown, what: string) => void
}

export interface Caller {
  readonly actor: Actor
  call(asked: readonly Asked[]): void
  /** After a restore: whatever was acknowledged may be lost. */
  callAgain(): void
  readonly isIdle: boolean
}

export function caller({ actor, time, chance, node, record, defect }: Options): Caller {
  const all: Asked[] = []
  const open = new Set<string>()
  const over = new Set<string>()   // refused for good
  let round = 0

  async function ask(to: Node, asked: Asked): Promise<void> {
    const { id, topic } = asked
    const mine = round
    try {
      const { offset } = await to.accept(draftOf(actor, asked))
      record({ type: 'acked', by: actor, topic, id, offset, via: to.name })
      if (mine === round) open.delete(id)
    } catch (error) {
      if (!(error instanceof Refusal)) { defect(error, 'accept'); return }
      const isFinal = errorKinds[error.code].retry === 'never'
      record({ type: 'refused', by: actor, topic, id, mark: markOf(actor, asked), code: error.code, isFinal })
      const isPoison = error.code === 'internal'
      if (isPoison && !JSON.stringify(asked.body).includes('poison')) defect(error, `a good row was refused: ${id}`)
      if (isPoison) record({ type: 'withdrawn', id })
      if (isFinal || isPoison) { open.delete(id); over.add(id) }
    }
  }

  /** One lane at a time: a later round begins when the earlier one has been answered, or nobody can answer it any more. */
  function rounds(): void {
    const mine = ++round
    const due = all.filter((a) => open.has(a.id))
    if (due.length === 0) return
    const to = node()
    let left = due.length
    const next = (): void => { if (mine === round) time.after(chance.between(5, 500), () => { if (mine === round) rounds() }) }
    if (!to) return next()
    for (const asked of due) void ask(to, asked).then(() => { if (--left === 0) next() })
    time.after(15_000, () => { if (mine === round) rounds() })
  }

  return {
    actor,
    call(asked) {
      for (const a of asked) {
        record({ type: 'offered', by: actor, topic: a.topic, id: a.id, mark: markOf(actor, a) })
        all.push(a)
        open.add(a.id)
      }
      if (open.size === asked.length) rounds()
    },
    callAgain() {
      for (const { id } of all) if (!over.has(id)) open.add(id)
      rounds()
    },
    get isIdle() { return open.size === 0 },
  }
}
