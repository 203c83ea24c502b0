import { Command } from 'cmdk'
import { Check, UserRoundX, Users } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '#web/ui/avatar.tsx'
import { Button } from '#web/ui/button.tsx'
import { control } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { usePeople } from '../live/queries.ts'
import { useStore } from '../live/store.ts'
import { useVerbs } from '../live/verbs.ts'
import { paletteRow } from '../shell/palette-row.ts'
import { t } from '../words.ts'

type To = { assignee: string | null; team?: string | null }

/** Whom to hand it to, and, if wanted, a note for them. */
export function AssignMenu({ id, assignee, team, onClose }: { id: string; assignee: string | null; team: string | null; onClose: () => void }) {
  const { session, presence } = useLive()
  const verbs = useVerbs()
  const { users, teams } = usePeople()
  const here = useStore(presence)
  const [to, setTo] = useState<{ name: string; to: To }>()
  const [noted, setNoted] = useState(false)

  const choose = (name: string, chosen: To): void => {
    if (noted) setTo({ name, to: chosen })
    else {
      verbs.assign(id, chosen)
      onClose()
    }
  }
  const active = users.filter((u) => u.active).toSorted((a, b) => Number(b.id === session.user.id) - Number(a.id === session.user.id) || Number(here[b.id] === 'online') - Number(here[a.id] === 'online') || a.name.localeCompare(b.name))

  return (
    <div className="overflow-hidden rounded-card">
      {to
        ? (
          <Form
            className="gap-2! p-2"
            onSubmit={(form) => {
              const note = field(form, 'note')
              verbs.assign(id, { ...to.to, ...(note && { note }) })
              onClose()
            }}
          >
            <label htmlFor="transfer-note" className="text-13 font-medium">{t('transferNote', { who: to.name })}</label>
            {/* Opened by the keyboard, for the keyboard. */}
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <textarea id="transfer-note" name="note" dir="auto" autoFocus rows={3} className={`${control} resize-none bg-note`} onKeyDown={(e) => { if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) e.currentTarget.form?.requestSubmit() }} />
            <div className="flex justify-end gap-2"><Button kind="quiet" onClick={() => setTo(undefined)}>{t('back')}</Button><Button kind="primary" type="submit">{t('transfer')}</Button></div>
          </Form>
        )
        : (
          <Command label={t('assign')} loop>
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <Command.Input autoFocus placeholder={t('assignTo')} className="w-full border-b border-line bg-transparent px-3 py-2.5 text-14 outline-none" />
            <Command.List className="max-h-72 overflow-y-auto p-1">
              <Command.Empty className="p-3 text-13 text-muted">{t('nobodyFound')}</Command.Empty>
              {active.map((user) => (
                <Command.Item key={user.id} value={`${user.name} ${user.email}`} className={paletteRow} onSelect={() => choose(user.name, { assignee: user.id })}>
                  <Avatar name={user.name} size="sm" presence={here[user.id]} /><bdi className="along flex-1 truncate">{user.id === session.user.id ? t('youNamed', { name: user.name }) : user.name}</bdi>
                  {assignee === user.id && <Check aria-label={t('chosen')} size={14} />}
                </Command.Item>
              ))}
              {teams.map((group) => (
                <Command.Item key={group.id} value={group.name} className={paletteRow} onSelect={() => choose(group.name, { assignee: null, team: group.id })}>
                  <Users aria-hidden size={16} className="mx-0.5 text-muted" /><bdi className="along flex-1 truncate">{group.name}</bdi>
                  {assignee === null && team === group.id && <Check aria-label={t('chosen')} size={14} />}
                </Command.Item>
              ))}
              {(assignee !== null || team !== null) && (
                <Command.Item value={t('unassign')} className={paletteRow} onSelect={() => choose('', { assignee: null, team: null })}><UserRoundX aria-hidden size={16} className="mx-0.5 text-muted" />{t('unassign')}</Command.Item>
              )}
            </Command.List>
            <label className="flex items-center gap-2 border-t border-line px-3 py-2 text-13 text-muted">
              <input type="checkbox" className="size-4 accent-(--accent-ink)" checked={noted} onChange={(e) => setNoted(e.target.checked)} />{t('transferWithNote')}
            </label>
          </Command>
        )}
    </div>
  )
}
