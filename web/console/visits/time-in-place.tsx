import { useId } from 'react'
import { cx } from '#web/ui/cx.ts'
import { InPlaceHint } from '../inbox/in-place-hint.tsx'
import { useInPlace, type Saved } from '../inbox/use-in-place.ts'
import { instantIn, localIn } from './zone.ts'

const look = cx(
  '-mx-1.5 w-[calc(100%+12px)] rounded-control border border-transparent bg-transparent px-1.5 py-1 text-13',
  'hover:border-line focus:border-accent-ink focus:bg-surface focus:outline-none disabled:hover:border-transparent',
)

interface Props { label: string; zone: string; value: string | null; required?: boolean; away: boolean; onSave: (at: string | null) => Saved }

/** A time of the place, saved when one leaves the field, put back with Escape. */
export function TimeInPlace({ label, zone, value, required, away, onSave }: Props) {
  const id = useId()
  const { field, ...hint } = useInPlace({
    value: value ? localIn(zone, value) : '', required, away, onSave: (next) => onSave(next ? instantIn(zone, next) : null),
  })
  return (
    <>
      <input
        type="datetime-local" aria-label={label} aria-describedby={hint.kept || hint.refusal ? id : undefined} aria-invalid={hint.refusal !== undefined}
        {...field} className={cx(look, !field.value && 'text-muted')}
      />
      <InPlaceHint id={id} {...hint} />
    </>
  )
}
