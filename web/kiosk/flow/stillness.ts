/** A kiosk that nobody touches goes back to its start, so that the next visitor does not read what the last one typed. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Place } from './flow.ts'

export const askAfterMs = 45_000
export const clearAfterMs = 15_000
/** Screens with nothing to lose go without asking. */
const rests: Partial<Record<Place, number>> = { start: 60_000, done: 20_000, left: 10_000, already: 12_000, reception: 30_000, failed: 60_000, waiting: 300_000 }
const signs = ['pointerdown', 'pointermove', 'keydown', 'input', 'wheel', 'touchmove'] as const

/** The seconds that are left while it asks, else undefined; and what says that somebody is there. */
export function useStillness(place: Place, clear: () => void): [left: number | undefined, stay: () => void] {
  const [left, setLeft] = useState<number>()
  const lastRef = useRef(0)
  const clearRef = useRef(clear)
  useEffect(() => { clearRef.current = clear })
  useEffect(() => {
    lastRef.current = performance.now()
    setLeft(undefined)
    if (place === 'saving') return undefined
    const restMs = rests[place]
    let isAsking = false
    const touch = (event: Event): void => {
      // Browsers also say that the pointer moved when what lies under it did: nobody was there.
      const isMere = event instanceof PointerEvent && event.type === 'pointermove' && event.movementX === 0 && event.movementY === 0
      if (!isAsking && !isMere) lastRef.current = performance.now()
    }
    for (const sign of signs) addEventListener(sign, touch, { passive: true })
    const timer = setInterval(() => {
      const stillMs = performance.now() - lastRef.current
      isAsking = restMs === undefined && stillMs > askAfterMs
      setLeft(isAsking ? Math.max(0, Math.ceil((askAfterMs + clearAfterMs - stillMs) / 1000)) : undefined)
      if (stillMs > (restMs ?? askAfterMs + clearAfterMs)) {
        lastRef.current = performance.now()
        clearRef.current()
      }
    }, 500)
    return () => {
      clearInterval(timer)
      for (const sign of signs) removeEventListener(sign, touch)
    }
  }, [place])
  const stay = (): void => {
    lastRef.current = performance.now()
    setLeft(undefined)
  }
  return [left, stay]
}
