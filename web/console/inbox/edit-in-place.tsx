import { useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import { cx } from '#web/ui/cx.ts'

interface Props { label: string; value: string; placeholder?: string; type?: string; multiline?: boolean; required?: boolean; className?: string; onSave: (value: string) => void | Promise<string | undefined> }

/** Reads like text, is a field: saved when one leaves it, put back with Escape. What was refused stays, if `onSave` resolves to why. */
export function EditInPlace({ label, value, placeholder, type = 'text', multiline, required, className, onSave }: Props) {
  const [words, setWords] = useState(value)
  const focused = useRef(false)
  const given = useRef(value)
  const refused = useRef(false)
  const [refusal, setRefusal] = useState<string>()
  const reason = useId()
  useEffect(() => {
    given.current = value
    if (!focused.current && !refused.current) setWords(value)
  }, [value])
  const end = (): void => {
    focused.current = false
    const next = words.trim()
    refused.current = false
    setRefusal(undefined)
    if (next === given.current || (required && !next)) setWords(given.current)
    else void save(next)
  }
  const save = async (next: string): Promise<void> => {
    const why = await onSave(next) ?? undefined
    if (focused.current) return
    refused.current = why !== undefined
    setRefusal(why)
    if (why !== undefined) setWords(next)
  }
  const leave = useEffectEvent(() => { if (focused.current) end() })
  // Whoever goes back has left the field, too, and no blur tells it.
  useEffect(() => () => leave(), [])
  const look = cx('along w-full min-w-0 rounded-control border border-transparent bg-transparent px-1.5 py-1 text-13 placeholder:text-muted hover:border-line focus:border-accent-ink focus:bg-surface focus:outline-none', className)
  const given_ = { 'aria-label': label, 'data-kept': refusal === undefined || undefined, 'aria-invalid': refusal !== undefined, 'aria-describedby': refusal && reason, placeholder, value: words, dir: words ? 'auto' : undefined, onFocus: () => { focused.current = true }, onBlur: end } as const
  const field = multiline
    ? <textarea {...given_} rows={2} className={cx(look, '-mx-1.5 field-sizing-content max-h-80 w-[calc(100%+12px)] resize-none')} onChange={(e) => setWords(e.target.value)} onKeyDown={(e) => { if (e.key === 'Escape') { setWords(given.current); requestAnimationFrame(() => (e.target as HTMLElement).blur()) } }} />
    : (
      <input
        {...given_} type={type} className={cx(look, '-mx-1.5 w-[calc(100%+12px)] truncate')} onChange={(e) => setWords(e.target.value)}
        onKeyDown={(e) => {
          const box = e.currentTarget
          if (e.key === 'Escape') setWords(given.current)
          if (e.key === 'Escape' || e.key === 'Enter') requestAnimationFrame(() => box.blur())
        }}
      />
    )
  return <>{field}{refusal && <span id={reason} className="block text-12 text-bad">{refusal}</span>}</>
}
