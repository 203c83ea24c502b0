/** @jsxImportSource preact */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Saving, Reception } from './screens/endings.tsx'

/** A screen that is fetched when it is needed; without it the visitor is sent to people. */
export function Lazy({ load }: { load: () => Promise<ComponentType> }) {
  const [Shown, setShown] = useState<ComponentType>()
  const [isGone, setGone] = useState(false)
  useEffect(() => { load().then((found) => setShown(() => found), () => setGone(true)) }, [load])
  return Shown ? <Shown /> : isGone ? <Reception /> : <Saving />
}
