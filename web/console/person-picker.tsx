import { Command } from 'cmdk'
import { Check, ChevronDown, UserRoundX } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Avatar } from '#web/ui/avatar.tsx'
import { cx } from '#web/ui/cx.ts'
import { sheet } from '#web/ui/menu.tsx'
import { useLive } from './live/live-context.ts'
import { paletteRow } from './shell/palette-row.ts'
import { t } from './words.ts'

interface Somebody { readonly id: string; readonly name: string; readonly email: string }
interface Props {
  people: readonly Somebody[]; value: string | null; label: string; find: string; className?: string
  /** What is said when nobody is chosen; without it somebody has to be. */
  nobody?: string
  onChange: (person: string | null) => void
}

/** A colleague; oneself first. */
export function PersonPicker({ people, value, label, find, nobody, className, onChange }: Props) {
  const { session } = useLive()
  const [open, setOpen] = useState(false)
  const chosen = people.find((p) => p.id === value)
  const choose = (person: string | null): void => {
    setOpen(false)
    if (person !== value) onChange(person)
  }
  const sorted = people.toSorted((a, b) => Number(b.id === session.user.id) - Number(a.id === session.user.id) || a.name.localeCompare(b.name))
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" aria-haspopup="listbox" aria-expanded={open} className={cx('flex min-w-0 items-center gap-2 text-start', className)}>
          <span className="sr-only">{`${label}: `}</span>
          {chosen ? (
            <><Avatar name={chosen.name} size="sm" /><bdi className="along min-w-0 flex-1 truncate">{chosen.name}</bdi></>
          ) : <span className="flex-1 text-muted">{nobody}</span>}
          <ChevronDown aria-hidden size={14} className="shrink-0 text-muted" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start" sideOffset={4} collisionPadding={8} aria-label={label} className={cx(sheet, 'w-72 p-0')} onCloseAutoFocus={(e) => e.preventDefault()}
        >
          <Command label={label} loop>
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <Command.Input autoFocus placeholder={find} className="w-full border-b border-line bg-transparent px-3 py-2.5 text-14 outline-none" />
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="p-3 text-13 text-muted">{t('nobodyFound')}</Command.Empty>
              {sorted.map((person) => (
                <Command.Item key={person.id} value={`${person.name} ${person.email}`} className={paletteRow} onSelect={() => choose(person.id)}>
                  <Avatar
                    name={person.name} size="sm"
                  /><bdi className="along flex-1 truncate">{person.id === session.user.id ? t('youNamed', { name: person.name }) : person.name}</bdi>
                  {person.id === value && <Check aria-label={t('chosen')} size={14} />}
                </Command.Item>
              ))}
              {nobody !== undefined && value !== null && (
                <Command.Item value={nobody} className={paletteRow} onSelect={() => choose(null)}>
                  <UserRoundX aria-hidden size={16} className="mx-0.5 text-muted" />{nobody}
                </Command.Item>
              )}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
