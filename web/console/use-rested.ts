import { useEffect, useState } from 'react'

/** A value once it has not changed for so long: what is typed is asked about when the hands rest. The first one counts at once. */
export function useRested(value: string, restMs: number): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value, restMs])
  return rested
}
