/** What happens to the house while people use it. Everything is drawn from the plan, so a seed is a storm. */
import { calm } from './journal.ts'
import type { House } from './house.ts'

export interface Storm {
  /** Until when it rages. */
  readonly untilMs: number
}

/** Starts it; it ends by itself, and its ruins are cleared by `House.mend`. */
export function storm(house: House): Storm {
  const { time, plan, database, people, callers } = house
  const untilMs = time.now() + plan.between(3_000, 12_000)
  const harshness = plan.next()

  function restore(): void {
    const to = Math.max(0, database.commits - plan.below(10))
    house.note(`restore from ${database.commits} commits to ${to}`)
    database.restore(to, plan.uuid())
    // Many come back at once, to nodes that may not have heard of it yet.
    for (const line of house.lines.keys()) if (plan.is(0.6)) house.cut(line)
  }
  /** Table by table, while everybody stays connected. */
  async function restoreInPlace(): Promise<void> {
    const by = Symbol('restore')
    await database.lock(by)
    restore()
    database.unlock(by)
  }
  function crashDatabase(withRestore: boolean): void {
    if (database.isDown) return
    database.crash()
    house.note('the database dies')
    if (withRestore) restore()
    time.after(plan.is(0.2) ? plan.between(5_000, 14_000) : plan.between(50, 2_000), () => {
      if (database.isDown) house.note('the database is back')
      database.isDown = false
    })
  }
  function cutLine(): void {
    if (house.lines.size > 0) house.cut(plan.pick([...house.lines.keys()]))
  }
  function cutOff(): void {
    const { actor } = plan.pick(people)
    house.cutOff.add(actor)
    time.after(plan.between(500, 8_000), () => house.cutOff.delete(actor))
  }
  function changeWeather(): void {
    house.weather = plan.is(0.4) ? calm : { away: plan.between(0, 0.2), broken: plan.between(0, 0.25), slow: plan.between(0, 0.2), slowMs: plan.between(10, 2_500) }
  }
  function reload(): void {
    const one = plan.pick(people)
    house.note(`${one.actor} reloads`)
    one.reload()
  }

  const disasters: readonly (readonly [weight: number, strike: () => void])[] = [
    [3, () => house.crash(plan.below(2))], [2, () => crashDatabase(house.mayRestore && plan.is(0.3))], [6, cutLine], [2, cutOff], [4, changeWeather], [3, reload],
    [2, () => { for (const line of house.lines.keys()) line.isCongested = plan.is(0.3) }],
    [5, () => plan.pick(people).toggle(plan.pick(house.topics))],
  ]
  const total = disasters.reduce((sum, [weight]) => sum + weight, 0)
  function strike(): void {
    let at = plan.next() * total
    for (const [weight, disaster] of disasters) {
      at -= weight
      if (at < 0) return disaster()
    }
  }
  /** At random moments, `meanMs` apart on average. */
  function often(meanMs: number, fn: () => void): void {
    const next = (): void => {
      time.after(-Math.log(1 - plan.next()) * meanMs, () => {
        if (time.now() > untilMs) return
        fn()
        next()
      })
    }
    next()
  }

  often(100 * 20 ** plan.next(), () => plan.pick(people).send(house.think(false)))
  often(200 * 12 ** plan.next(), () => plan.pick(callers).call(Array.from({ length: 1 + plan.below(12) }, () => house.think(true))))
  often(1_200, () => house.intrude())
  often(250 + 2_000 * harshness, strike)
  if (house.mayRestore) time.after(plan.between(1_500, untilMs - time.now()), () => { if (plan.is(0.5)) crashDatabase(true); else void restoreInPlace() })
  return { untilMs }
}
