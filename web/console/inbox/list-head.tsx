import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, ListFilter as FilterIcon, Search, X } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { MenuChoice, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { useLive } from '../live/live-context.ts'
import { useInboxes } from '../live/queries.ts'
import { useStore } from '../live/store.ts'
import type { InboxSearch } from '../routes.tsx'
import { useKeys } from '../shell/keys.ts'
import { t } from '../words.ts'
import type { ListFilter } from './use-list.ts'

const everything = 'all'

export function ListHead({ filter }: { filter: ListFilter }) {
  const navigate = useNavigate()
  const inboxes = useInboxes()
  const { rows, session } = useLive()
  const { counts } = useStore(rows.store)
  const show = (change: InboxSearch): void => void navigate({ to: '.', search: (now) => ({ ...now, ...change }), replace: true })

  const name = inboxes.find((i) => i.id === filter.inbox)?.name ?? t('inbox')
  const tabs = [
    ['mine', t('tabMine'), counts && (counts.byAssignee[session.user.id] ?? 0)], ['unassigned', t('tabUnassigned'), counts?.unassigned], ['all', t('tabAll'), counts?.open],
  ] as const
  const statuses = [['open', t('statusOpen')], ['snoozed', t('statusSnoozed')], ['closed', t('statusClosed')]] as const

  return (
    <header className="relative border-b border-line px-2 pt-2.5">
      <div className="flex h-9 items-center gap-0.5 ps-2">
        {inboxes.length > 1
          ? (
            <MenuRoot>
              <MenuTrigger className="-ms-1.5 flex min-w-0 items-center gap-1 rounded-control px-1.5 py-1 hover:bg-raised">
                <h2 className="truncate text-16 font-semibold">{name}</h2><ChevronDown aria-hidden size={16} className="shrink-0 text-muted" />
              </MenuTrigger>
              <MenuSheet align="start"><MenuChoice value={filter.inbox ?? everything} options={[[everything, t('allInboxes')], ...inboxes.map((i) => [i.id, i.name] as const)]} onChange={(id) => show({ inbox: id === everything ? undefined : id })} /></MenuSheet>
            </MenuRoot>
          )
          : <h2 className="text-16 font-semibold">{t('inbox')}</h2>}
        <span className="flex-1" />
        <MenuRoot>
          <MenuTrigger className={cx('flex h-7 items-center gap-1 rounded-control px-2 text-12 hover:bg-raised', filter.status === 'open' ? 'text-muted' : 'bg-raised font-medium')}>
            <FilterIcon aria-hidden size={14} /><span className="sr-only">{t('statusFilter')}</span>{statuses.find(([s]) => s === filter.status)?.[1]}
          </MenuTrigger>
          <MenuSheet><MenuChoice value={filter.status} options={statuses} onChange={(status) => show({ status: status as ListFilter['status'] })} /></MenuSheet>
        </MenuRoot>
        <SearchBox value={filter.search} onChange={(search) => show({ search: search || undefined })} />
      </div>
      {filter.search
        ? <p className="px-2 py-1.5 text-12 text-muted">{t('searchEverywhere')}</p>
        : (
          <div role="tablist" aria-label={t('tabs')} className="flex gap-1">
            {tabs.map(([tab, label, n]) => (
              <button
                key={tab} type="button" role="tab" aria-selected={filter.tab === tab}
                className={cx('-mb-px flex h-9 items-center gap-1.5 border-b-2 px-2 text-13', filter.tab === tab ? 'border-accent font-medium' : 'border-transparent text-muted hover:text-ink')}
                onClick={() => show({ tab })}
              >
                {label}{filter.status === 'open' && n !== undefined && <span className="figures text-12 text-muted">{n}</span>}
              </button>
            ))}
          </div>
        )}
    </header>
  )
}

const afterMs = 200

function SearchBox({ value, onChange }: { value: string; onChange: (search: string) => void }) {
  const [open, setOpen] = useState(value !== '')
  const [words, setWords] = useState(value)
  const box = useRef<HTMLInputElement>(null)
  // Only typing starts it; what comes back from the address is its own echo.
  const find = useEffectEvent(() => { if (words.trim() !== value) onChange(words.trim()) })
  useEffect(() => {
    const timer = setTimeout(() => find(), afterMs)
    return () => clearTimeout(timer)
  }, [words])
  const look = (): void => {
    setOpen(true)
    requestAnimationFrame(() => box.current?.focus())
  }
  const end = (): void => {
    setOpen(false)
    setWords('')
    onChange('')
  }
  useKeys(t('keysList'), [{ keys: 'Mod+Shift+F', label: t('search'), run: look }])
  if (!open) return <IconButton label={t('search')} keys="Mod+Shift+F" className="size-7" onClick={look}><Search size={16} /></IconButton>
  return (
    <div className="absolute inset-x-2 top-2.5 z-10 flex h-9 items-center gap-2 rounded-control border border-accent-ink bg-surface ps-2.5 pe-1">
      <Search aria-hidden size={16} className="shrink-0 text-muted" />
      <input
        ref={box} type="search" dir="auto" aria-label={t('search')} placeholder={t('searchHint')} value={words} className="min-w-0 flex-1 bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden"
        onChange={(e) => setWords(e.target.value)} onKeyDown={(e) => { if (e.key === 'Escape') end() }}
      />
      <IconButton label={t('searchEnd')} className="size-7" onClick={end}><X size={16} /></IconButton>
    </div>
  )
}
