import { useEffect, useRef, useState } from 'react'
import { cx } from '#web/ui/cx.ts'

interface Props { label: string; value: string; placeholder?: string; type?: string; multiline?: boolean; required?: boolean; className?: string; onSave: (value: string) => void }

/** Reads like text, is a field: saved when one leaves it, put back with Escape. */
export function EditInPlace({ label, value, placeholder, type = 'text', multiline, required, className, onSave }: Props) {
  const [words, setWords] = useState(value)
  const focused = useRef(false)
  const given = useRef(value)
  useEffect(() => {
    given.current = value
    if (!focused.current) setWords(value)
  }, [value])
  const end = (): void => {
    focused.current = false
    const next = words.trim()
    if (next === given.current || (required && !next)) setWords(given.current)
    else onSave(next)
  }
  const look = cx('along w-full min-w-0 rounded-control border border-transparent bg-transparent px-1.5 py-1 text-13 placeholder:text-muted hover:border-line focus:border-accent-ink focus:bg-surface focus:outline-none', className)
  const given_ = { 'aria-label': label, 'data-kept': true, placeholder, value: words, dir: words ? 'auto' : undefined, onFocus: () => { focused.current = true }, onBlur: end } as const
  return multiline
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
}
