import { useEffect, useRef, useState } from 'react'
import { cx } from '#web/ui/cx.ts'
import { instantIn, localIn } from './zone.ts'

const look = cx(
  '-mx-1.5 w-[calc(100%+12px)] rounded-control border border-transparent bg-transparent px-1.5 py-1 text-13',
  'hover:border-line focus:border-accent-ink focus:bg-surface focus:outline-none disabled:hover:border-transparent',
)

interface Props { label: string; zone: string; value: string | null; required?: boolean; onSave: (at: string | null) => void }

/** A time of the place, saved when one leaves the field, put back with Escape. */
export function TimeInPlace({ label, zone, value, required, onSave }: Props) {
  const shown = value ? localIn(zone, value) : ''
  const [local, setLocal] = useState(shown)
  const focused = useRef(false)
  useEffect(() => { if (!focused.current) setLocal(shown) }, [shown])
  return (
    <input
      type="datetime-local" aria-label={label} value={local} className={cx(look, !local && 'text-muted')}
      onFocus={() => { focused.current = true }} onChange={(e) => setLocal(e.target.value)}
      onBlur={() => {
        focused.current = false
        if (local === shown || (required && !local)) setLocal(shown)
        else onSave(local ? instantIn(zone, local) : null)
      }}
      onKeyDown={(e) => {
        const box = e.currentTarget
        if (e.key === 'Escape') setLocal(shown)
        if (e.key === 'Escape' || e.key === 'Enter') requestAnimationFrame(() => box.blur())
      }}
    />
  )
}
