/** Lodge itself was not there. Whoever notices says it in the same words, so that one outage is one proposal. */
import type { Level } from '#contract/status.ts'
import type { State } from './book.ts'
import { componentsOf, pageOf } from './components.ts'
import { levelFor } from './outages.ts'
import type { Suspicion } from './proposals.ts'

/** undefined: nothing that the page shows is carried by Lodge. */
export function suspicionOfAway(state: State, level: Exclude<Level, 'works'>, by: string, evidence: string): Suspicion | undefined {
  const carried = componentsOf(state).filter((c) => c.watched && !c.retired)
  if (carried.length === 0) return undefined
  const { name } = pageOf(state)
  return { title: level === 'down' ? `${name} does not answer` : `${name} is not ready`, components: carried.map((c) => ({ component: c.id, level: levelFor(c, level) })), evidence, by }
}
