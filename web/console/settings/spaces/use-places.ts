import { useRef, useState } from 'react'
import { placeSpace, type Position, type Space } from '#contract/spaces.ts'
import { useLive } from '../../live/live-context.ts'
import { spacesQuery } from '../../live/queries.ts'
import { tell, why } from '../../shell/notices.ts'

const restMs = 450
export const within = (value: number): number => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000))

/** Where spaces are put while one is at it: shown at once, sent when the hand rests, put back when it was refused. */
export function usePlaces() {
  const { lodge, queries } = useLive()
  const [moved, setMoved] = useState<ReadonlyMap<string, Position | null>>(new Map())
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>())
  const sending = useRef(new Map<string, Promise<void>>())
  const { queryKey } = spacesQuery(lodge.call)

  const send = async (space: string, position: Position | null): Promise<void> => {
    const outcome = await lodge.call(placeSpace, { params: { space }, body: { position } })
    if (outcome.ok) queries.setQueryData(queryKey, (all) => all?.map((s) => s.id === space ? { ...s, position: outcome.value.position } : s))
    else tell(why(outcome.code), { failed: true })
    setMoved((now) => now.get(space) === position ? new Map([...now].filter(([id]) => id !== space)) : now)
  }
  const move = (space: string, position: Position | null, atOnce = false): void => {
    setMoved((now) => new Map([...now, [space, position]]))
    clearTimeout(timers.current.get(space))
    timers.current.set(space, setTimeout(() => {
      // One after the other: the later one wins.
      sending.current.set(space, (sending.current.get(space) ?? Promise.resolve()).then(async () => send(space, position)))
    }, atOnce ? 0 : restMs))
  }
  /** Shown, and not yet meant. */
  const show = (space: string, position: Position): void => setMoved((now) => new Map([...now, [space, position]]))
  const positionOf = (space: Space): Position | null => moved.has(space.id) ? moved.get(space.id) ?? null : space.position
  return { positionOf, move, show }
}
