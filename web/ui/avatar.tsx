import { cx } from './cx.ts'

/** Two letters of a name in any script; no picture to load, no colour to learn. */
export function Avatar({ name, presence, size = 'md' }: { name: string; presence?: 'online' | 'away' | undefined; size?: 'sm' | 'md' | 'lg' }) {
  const sizes = { sm: 'size-5 text-[9px]', md: 'size-7 text-[11px]', lg: 'size-9 text-13' }
  return (
    <span aria-hidden className={cx('relative inline-flex shrink-0 items-center justify-center rounded-full border border-line bg-raised font-medium text-muted', sizes[size])}>
      {initials(name)}
      {presence && <span className={cx('absolute box-content rounded-full border-2 border-surface', size === 'sm' ? '-end-1 -bottom-1 size-1.5' : '-end-0.5 -bottom-0.5 size-2', presence === 'online' ? 'bg-good' : 'bg-warn')} />}
    </span>
  )
}

function initials(name: string): string {
  if (/^\+\d/.test(name)) return name.slice(-2)   // who is known by a number only
  const words = name.trim().split(/\s+/).filter(Boolean)
  const first = (word: string | undefined): string => (word ? String.fromCodePoint(word.codePointAt(0) ?? 0) : '')
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toUpperCase() || '·'
}
