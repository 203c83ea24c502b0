import { Plus, Trash2 } from 'lucide-react'
import { placeholders, type Family } from '#contract/placeholders.ts'
import { actionFamilies, actionKinds, notified, type ActionKind } from '#contract/rule-kinds.ts'
import type { Action } from '#contract/rules.ts'
import { Button } from '#web/ui/button.tsx'
import { Select, TextArea, TextField } from '#web/ui/field.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { usePeople } from '../../live/queries.ts'
import { t } from '../../words.ts'
import { ListField } from './list-field.tsx'

const whoms = (family: Family) => notified.filter((whom) => family === 'conversation' ? whom !== 'host' : whom !== 'assignee' && whom !== 'team')

export function ActionFields({ family, of, onChange }: { family: Family; of: readonly Action[]; onChange: (of: Action[]) => void }) {
  const { users, teams } = usePeople()
  const active = users.filter((u) => u.active)
  const blank = (kind: ActionKind): Action => {
    switch (kind) {
      case 'message': case 'note': return { do: kind, text: '' }
      case 'assign': return teams[0] ? { do: kind, user: null, team: teams[0].id } : { do: kind, user: active[0]?.id ?? null, team: null }
      case 'label': return { do: kind, labels: [] }
      case 'close': return { do: kind }
      case 'notify': return { do: kind, whom: 'admins', text: '' }
      case 'webhook': return { do: kind, url: 'https://' }
    }
  }
  const set = (at: number, to: Action): void => onChange(of.map((a, i) => i === at ? to : a))
  const hint = t('actionPlaceholders', { names: placeholders[family].map((name) => `{{${name}}}`).join(', '), example: family === 'booking' ? '{{booking.person|there}}' : '{{contact.name|there}}' })
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-13 font-medium">{t('ruleThen')}</legend>
      {of.map((a, at) => (
        <div key={`${at} ${a.do}`} className="flex items-start gap-2 rounded-card border border-line p-3">
          <div className="flex min-w-0 flex-1 flex-col gap-3">
            <Select label={t('ruleThenN', { n: at + 1 })} value={a.do} options={actionKinds.filter((kind) => actionFamilies[kind].includes(family)).map((kind) => [kind, t(`action_${kind}`)])} onChange={(e) => set(at, blank(e.target.value as ActionKind))} />
            {a.do === 'notify' && (
              <div className="grid gap-3 sm:grid-cols-2">
                <Select
                  label={t('actionWhom')} value={a.whom} options={whoms(family).map((whom) => [whom, t(`whom_${whom}`)])}
                  onChange={(e) => set(at, { do: 'notify', whom: e.target.value as typeof a.whom, text: a.text, ...(e.target.value === 'user' && active[0] && { user: active[0].id }) })}
                />
                {a.whom === 'user' && <Select label={t('whom_user')} value={a.user} options={active.map((u) => [u.id, u.name])} onChange={(e) => set(at, { ...a, user: e.target.value })} />}
              </div>
            )}
            {'text' in a && (
              <TextArea
                label={t('actionText', { n: at + 1 })} value={a.text} rows={3} maxLength={4000} required onChange={(e) => set(at, { ...a, text: e.target.value })}
                hint={<>{a.do === 'message' && <>{t(`actionMessage_${family}`)} </>}<span className="break-words" dir="auto">{hint}</span></>}
              />
            )}
            {a.do === 'assign' && (
              <Select
                label={t('actionAssignTo')} value={a.user ?? a.team ?? ''} options={[...teams, ...active].map((one) => [one.id, one.name])}
                onChange={(e) => set(at, teams.some((team) => team.id === e.target.value) ? { do: 'assign', user: null, team: e.target.value } : { do: 'assign', user: e.target.value, team: null })}
              />
            )}
            {a.do === 'label' && <ListField label={t('actionLabels')} of={a.labels} onChange={(labels) => set(at, { ...a, labels })} />}
            {a.do === 'webhook' && <TextField type="url" label={t('actionUrl')} hint={t('actionUrlHint')} value={a.url} dir="ltr" maxLength={2000} required onChange={(e) => set(at, { ...a, url: e.target.value })} />}
          </div>
          {of.length > 1 && <IconButton label={t('actionRemove', { n: at + 1 })} onClick={() => onChange(of.filter((_, i) => i !== at))}><Trash2 size={15} /></IconButton>}
        </div>
      ))}
      {of.length < 10 && <div><Button kind="quiet" icon={<Plus size={14} />} onClick={() => onChange([...of, blank(family === 'conversation' ? 'note' : 'notify')])}>{t('ruleThenAdd')}</Button></div>}
    </fieldset>
  )
}
