import { useRef, useState } from 'react'
import type { VisitRow } from '#contract/visit-imports.ts'
import { createVisit } from '#contract/visits.ts'
import { useLive } from '../../live/live-context.ts'
import { whyNot } from '../../shell/notices.ts'
import { t } from '../../words.ts'
import { insist } from '../verbs.ts'

export type RowState = { readonly is: 'going' } | { readonly is: 'made' } | { readonly is: 'failed'; readonly because: string }
export interface Import {
  /** By line. */
  readonly states: ReadonlyMap<number, RowState>
  readonly isGoing: boolean
  start(rows: readonly VisitRow[], invite: boolean): void
  /** After those that are on their way. */
  stop(): void
}
/** Enough to be quick, few enough that the desk goes on beside it. */
const atOnce = 4

/** One by one, each with its result. Whatever is sent twice counts once. */
export function useImport(): Import {
  const { lodge, visits } = useLive()
  const [states, setStates] = useState<ReadonlyMap<number, RowState>>(new Map())
  const [isGoing, setGoing] = useState(false)
  const stopped = useRef(false)
  const say = (line: number, state: RowState): void => setStates((before) => new Map([...before, [line, state]]))

  async function make({ line, visit }: VisitRow, invite: boolean): Promise<void> {
    if (!visit) return
    say(line, { is: 'going' })
    const outcome = await insist(async () => lodge.call(createVisit, { body: { ...visit, invite: invite && Boolean(visit.email) } }))
    if (outcome.ok) {
      visits.absorb([outcome.value])
      say(line, { is: 'made' })
    } else say(line, { is: 'failed', because: outcome.code === 'id_reused' ? t('rowDiffers') : whyNot(outcome) })
  }
  async function run(rows: readonly VisitRow[], invite: boolean): Promise<void> {
    const left = [...rows]
    stopped.current = false
    setGoing(true)
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let row = left.shift(); row && !stopped.current; row = left.shift()) await make(row, invite)
    }))
    setGoing(false)
  }
  return {
    states, isGoing,
    start: (rows, invite) => void run(rows, invite),
    stop() { stopped.current = true },
  }
}
