import { useEffect, useRef } from 'react'
import type { Canned } from '#contract/inboxes.ts'
import type { User } from '#contract/people.ts'
import { cx } from '#web/ui/cx.ts'

export interface Choice { id: string; title: string; text: string; insert: string }

const most = 8

/** `/late` offers canned answers, `@ad` in a note offers people: from the sign before the caret, which starts a word. */
export function choicesAt(before: string, isNote: boolean, { canned, users, fill }: { canned: readonly Canned[]; users: readonly User[]; fill: (text: string) => string }): { at: number; of: readonly Choice[] } | undefined {
  const sign = isNote ? '@' : '/'
  const match = new RegExp(`(?:^|\\s)${sign}([\\p{L}\\p{N}_-]*)$`, 'u').exec(before)
  if (!match) return undefined
  const words = (match[1] ?? '').toLocaleLowerCase()
  const at = before.length - words.length - 1
  const of = isNote
    ? users.filter((u) => u.name.toLocaleLowerCase().split(/\s+/).some((part) => part.startsWith(words))).map((u) => ({ id: u.id, title: u.name, text: u.email, insert: `@${u.name} ` }))
    : canned.filter((c) => c.shortcut.toLocaleLowerCase().includes(words)).toSorted((a, b) => Number(b.shortcut.startsWith(words)) - Number(a.shortcut.startsWith(words)) || a.shortcut.localeCompare(b.shortcut)).map((c) => ({ id: c.id, title: `/${c.shortcut}`, text: fill(c.text), insert: fill(c.text) }))
  return of.length > 0 ? { at, of: of.slice(0, most) } : undefined
}

export function Suggestions({ of, chosen, onChoose, label }: { of: readonly Choice[]; chosen: number; onChoose: (choice: Choice) => void; label: string }) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => { list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' }) }, [chosen])
  return (
    <div ref={list} id="suggestions" role="listbox" aria-label={label} className="rise absolute inset-x-0 bottom-full z-20 mb-1 max-h-[min(18rem,max(5rem,60dvh-9.5rem))] overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-[0_8px_24px_-8px_rgb(0_0_0/0.18)]">
      {of.map((choice, at) => (
        <div
          key={choice.id} id={`suggestion-${at}`} role="option" tabIndex={-1} aria-selected={at === chosen} className={cx('flex cursor-default items-baseline gap-3 rounded-control px-2 py-1.5', at === chosen && 'bg-raised')}
          onMouseDown={(e) => { e.preventDefault(); onChoose(choice) }}
        >
          <bdi className="shrink-0 text-13 font-medium">{choice.title}</bdi><bdi className="along min-w-0 flex-1 truncate text-13 text-muted">{choice.text}</bdi>
        </div>
      ))}
    </div>
  )
}
