import { useId, useState, type ComponentProps, type ReactNode } from 'react'
import { cx } from './cx.ts'

export const control = 'w-full rounded-control border border-line bg-surface px-2.5 py-1.5 text-14 focus:border-accent-ink focus:outline-1 focus:outline-offset-0 focus:outline-accent-ink disabled:opacity-60'

interface Frame { label: string; hint?: ReactNode; wrong?: string | undefined }

/** A label above, a hint beneath, and what is wrong in its place. */
function Framed({ label, hint, wrong, id, children }: Frame & { id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-13 font-medium">{label}</label>
      {children}
      {(wrong || hint) && <p id={`${id}-hint`} className={cx('text-12', wrong ? 'text-bad' : 'text-muted')}>{wrong || hint}</p>}
    </div>
  )
}

export function TextField({ label, hint, wrong, className, ...rest }: ComponentProps<'input'> & Frame) {
  const id = useId()
  return <Framed {...{ label, hint, wrong, id }}><input id={id} dir="auto" aria-invalid={Boolean(wrong)} aria-describedby={wrong || hint ? `${id}-hint` : undefined} className={cx(control, 'h-9', className)} {...rest} /></Framed>
}

/** A whole number, which may be empty while one writes it: only what is a number is told, and the last one that was stands there again when one leaves. */
export function NumberField({ value, onValue, ...rest }: Omit<ComponentProps<typeof TextField>, 'value' | 'type' | 'onChange' | 'onBlur'> & { value: number; onValue: (value: number) => void }) {
  const [text, setText] = useState<string>()
  return (
    <TextField
      {...rest} type="number" inputMode="numeric" value={text ?? value} onBlur={() => setText(undefined)}
      onChange={(e) => {
        setText(e.target.value)
        if (Number.isFinite(e.target.valueAsNumber)) onValue(Math.round(e.target.valueAsNumber))
      }}
    />
  )
}

export function TextArea({ label, hint, wrong, className, ...rest }: ComponentProps<'textarea'> & Frame) {
  const id = useId()
  return <Framed {...{ label, hint, wrong, id }}><textarea id={id} dir="auto" aria-invalid={Boolean(wrong)} aria-describedby={wrong || hint ? `${id}-hint` : undefined} className={cx(control, 'min-h-20 resize-y', className)} {...rest} /></Framed>
}

export function Select({ label, hint, options, className, ...rest }: ComponentProps<'select'> & Frame & { options: readonly (readonly [value: string, label: string])[] }) {
  const id = useId()
  return (
    <Framed {...{ label, hint, id }}>
      <select id={id} className={cx(control, 'h-9', className)} {...rest}>{options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}</select>
    </Framed>
  )
}

export function Check({ label, hint, ...rest }: ComponentProps<'input'> & { label: string; hint?: string }) {
  return (
    <label className="flex items-start gap-2.5 py-1">
      <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-(--accent-ink)" {...rest} />
      <span className="flex flex-col"><span className="text-14">{label}</span>{hint && <span className="text-12 text-muted">{hint}</span>}</span>
    </label>
  )
}
