import { Command } from 'cmdk'
import { Check, ChevronDown, UserRoundX } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Avatar } from '#web/ui/avatar.tsx'
import { cx } from '#web/ui/cx.ts'
import { sheet } from '#web/ui/menu.tsx'
import { useLive } from '../live/live-context.ts'
import { useHosts } from '../live/queries.ts'
import { paletteRow } from '../shell/palette-row.ts'
import { t } from '../words.ts'

interface Props { value: string | null; label: string; className?: string; onChange: (host: string | null) => void }

/** Whom the visit is for; oneself first. */
export function HostPicker({ value, label, className, onChange }: Props) {
  const { session } = useLive()
  const hosts = useHosts()
  const [open, setOpen] = useState(false)
  const chosen = hosts.find((h) => h.id === value)
  const choose = (host: string | null): void => {
    setOpen(false)
    if (host !== value) onChange(host)
  }
  const sorted = hosts.toSorted((a, b) => Number(b.id === session.user.id) - Number(a.id === session.user.id) || a.name.localeCompare(b.name))
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" aria-haspopup="listbox" aria-expanded={open} className={cx('flex min-w-0 items-center gap-2 text-start', className)}>
          <span className="sr-only">{`${label}: `}</span>
          {chosen ? (
            <><Avatar name={chosen.name} size="sm" /><bdi className="along min-w-0 flex-1 truncate">{chosen.name}</bdi></>
          ) : <span className="flex-1 text-muted">{t('hostNobody')}</span>}
          <ChevronDown aria-hidden size={14} className="shrink-0 text-muted" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start" sideOffset={4} collisionPadding={8} aria-label={label} className={cx(sheet, 'w-72 p-0')} onCloseAutoFocus={(e) => e.preventDefault()}
        >
          <Command label={label} loop>
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <Command.Input autoFocus placeholder={t('hostFind')} className="w-full border-b border-line bg-transparent px-3 py-2.5 text-14 outline-none" />
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="p-3 text-13 text-muted">{t('nobodyFound')}</Command.Empty>
              {sorted.map((host) => (
                <Command.Item key={host.id} value={`${host.name} ${host.email}`} className={paletteRow} onSelect={() => choose(host.id)}>
                  <Avatar
                    name={host.name} size="sm"
                  /><bdi className="along flex-1 truncate">{host.id === session.user.id ? t('youNamed', { name: host.name }) : host.name}</bdi>
                  {host.id === value && <Check aria-label={t('chosen')} size={14} />}
                </Command.Item>
              ))}
              {value !== null && (
                <Command.Item value={t('hostNobody')} className={paletteRow} onSelect={() => choose(null)}>
                  <UserRoundX aria-hidden size={16} className="mx-0.5 text-muted" />{t('hostNobody')}
                </Command.Item>
              )}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
