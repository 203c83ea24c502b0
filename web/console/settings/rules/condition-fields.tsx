import { Plus, Trash2 } from 'lucide-react'
import type { Family } from '#contract/placeholders.ts'
import { conditionFamilies, conditionKinds } from '#contract/rule-kinds.ts'
import type { Condition } from '#contract/rules.ts'
import { Button } from '#web/ui/button.tsx'
import { Select, TextField } from '#web/ui/field.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { WeekdayButtons } from '../../repeat/weekday-buttons.tsx'
import { useInboxes, useLocations, useVisitorTypes } from '../../live/queries.ts'
import { ownZone } from '../../times.ts'
import { weekdays } from '../../visits/when.ts'
import { t } from '../../words.ts'
import { ListField } from './list-field.tsx'

const statuses = ['open', 'snoozed', 'closed'] as const

export function ConditionFields({ family, hasText, of, onChange }: { family: Family; hasText: boolean; of: readonly Condition[]; onChange: (of: Condition[]) => void }) {
  const inboxes = useInboxes(), locations = useLocations(), types = useVisitorTypes()
  const first = { inbox: inboxes[0]?.id, location: locations[0]?.id, visitor_type: types[0]?.id }
  const possible = conditionKinds.filter((kind) => conditionFamilies[kind].includes(family) && (kind !== 'text' || hasText) && (!(kind in first) || first[kind as keyof typeof first]))
  const blank = (kind: Condition['kind']): Condition => {
    switch (kind) {
      case 'inbox': case 'location': case 'visitor_type': return { kind, is: [first[kind]!] }
      case 'text': return { kind, contains: [] }
      case 'label': return { kind, label: '', has: true }
      case 'assignee': return { kind, is: 'none' }
      case 'status': return { kind, is: ['open'] }
      case 'hours': return { kind, days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '18:00', zone: locations[0]?.zone ?? ownZone, within: true }
    }
  }
  const set = (at: number, to: Condition): void => onChange(of.map((c, i) => i === at ? to : c))
  const named = (all: readonly { id: string; name: string }[]) => all.map((one) => [one.id, one.name] as const)
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-13 font-medium">{t('ruleIf')}</legend>
      {of.map((c, at) => (
        // The place is what a condition is known by; there is nothing else to tell two alike apart.
        <div key={`${at} ${c.kind}`} className="flex items-end gap-2 rounded-card border border-line p-3">
          <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-2">
            <Select label={t('ruleIfN', { n: at + 1 })} value={c.kind} options={possible.map((kind) => [kind, t(`cond_${kind}`)])} onChange={(e) => set(at, blank(e.target.value as Condition['kind']))} />
            {c.kind === 'inbox' && <Select label={t('cond_inbox')} value={c.is[0]} options={named(inboxes)} onChange={(e) => set(at, { ...c, is: [e.target.value] })} />}
            {c.kind === 'location' && <Select label={t('cond_location')} value={c.is[0]} options={named(locations)} onChange={(e) => set(at, { ...c, is: [e.target.value] })} />}
            {c.kind === 'visitor_type' && <Select label={t('cond_visitor_type')} value={c.is[0]} options={named(types)} onChange={(e) => set(at, { ...c, is: [e.target.value] })} />}
            {c.kind === 'text' && <ListField label={t('ruleWords')} of={c.contains} onChange={(contains) => set(at, { ...c, contains })} />}
            {c.kind === 'label' && (
              <>
                <Select label={t('cond_label')} value={c.has ? 'yes' : 'no'} options={[['yes', t('condHas')], ['no', t('condHasNot')]]} onChange={(e) => set(at, { ...c, has: e.target.value === 'yes' })} />
                <TextField label={t('ruleLabel')} value={c.label} maxLength={50} required onChange={(e) => set(at, { ...c, label: e.target.value })} />
              </>
            )}
            {c.kind === 'assignee' && <Select label={t('cond_assignee')} value={c.is} options={[['none', t('condNobody')], ['somebody', t('condSomebody')]]} onChange={(e) => set(at, { ...c, is: e.target.value as typeof c.is })} />}
            {c.kind === 'status' && <Select label={t('cond_status')} value={c.is[0]} options={statuses.map((s) => [s, t(`ruleStatus_${s}`)])} onChange={(e) => set(at, { ...c, is: [e.target.value as (typeof statuses)[number]] })} />}
            {c.kind === 'hours' && (
              <>
                <Select label={c.zone} value={c.within ? 'in' : 'out'} options={[['in', t('condWithin')], ['out', t('condOutside')]]} onChange={(e) => set(at, { ...c, within: e.target.value === 'in' })} />
                <TextField type="time" label={t('condFrom')} value={c.from} required onChange={(e) => set(at, { ...c, from: e.target.value })} />
                <TextField type="time" label={t('condTo')} value={c.to} required onChange={(e) => set(at, { ...c, to: e.target.value })} />
                <WeekdayButtons label={t('repeatDays')} chosen={weekdays.filter((_, n) => c.days.includes(n + 1))} className="sm:col-span-2" onChoose={(days) => set(at, { ...c, days: days.map((day) => weekdays.indexOf(day) + 1) })} />
              </>
            )}
          </div>
          <IconButton label={t('condRemove', { n: at + 1 })} onClick={() => onChange(of.filter((_, i) => i !== at))}><Trash2 size={15} /></IconButton>
        </div>
      ))}
      {of.length < 10 && <div><Button kind="quiet" icon={<Plus size={14} />} onClick={() => onChange([...of, blank(possible[0]!)])}>{t('ruleIfAdd')}</Button></div>}
    </fieldset>
  )
}
