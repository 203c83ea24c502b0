import { useId } from 'react'
import { cx } from '#web/ui/cx.ts'
import { InPlaceHint } from './in-place-hint.tsx'
import { useInPlace, type Saved } from './use-in-place.ts'

interface Props {
  label: string; value: string; placeholder?: string; type?: string; multiline?: boolean; required?: boolean; className?: string
  /** The line is away: nothing is begun, and what is written already is kept in the field. */
  away?: boolean
  onSave: (value: string) => Saved
}

/** Reads like text, is a field: saved when one leaves it, put back with Escape. What was refused stays, with the reason. */
export function EditInPlace({ label, value, placeholder, type = 'text', multiline, required, className, away, onSave }: Props) {
  const id = useId()
  const { field, ...hint } = useInPlace({ value, required, away, onSave })
  const look = cx('along w-full min-w-0 rounded-control border border-transparent bg-transparent px-1.5 py-1 text-13 placeholder:text-muted hover:border-line focus:border-accent-ink focus:bg-surface focus:outline-none', className)
  const given = {
    'aria-label': label, 'aria-describedby': hint.kept || hint.refusal ? id : undefined, 'aria-invalid': hint.refusal !== undefined,
    'data-kept': hint.refusal === undefined || undefined,   // it is saved by itself
    placeholder, dir: field.value ? 'auto' : undefined, ...field,
  } as const
  return (
    <>
      {multiline
        ? <textarea {...given} rows={2} className={cx(look, '-mx-1.5 field-sizing-content max-h-80 w-[calc(100%+12px)] resize-none')} />
        : <input {...given} type={type} className={cx(look, '-mx-1.5 w-[calc(100%+12px)] truncate')} />}
      <InPlaceHint id={id} {...hint} />
    </>
  )
}
