import { useState } from 'react'
import type { OnCall, OnCallPerson } from '#contract/alerts.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { FormFoot } from '../settings/form-foot.tsx'
import { t } from '../words.ts'

type Duty = OnCall['duties'][number]
type Component = Duty['component']
const ranks = [0, 1, 2, 3, 4]

export const dutyName = (component: Component): string => t(component === '*' ? 'opsDuty_any' : `opsDuty_${component}`)

export function DutyForm({ duty, people, free, isNew, onSave, onRemove, onClose }: { duty: Duty; people: readonly OnCallPerson[]; free: readonly Component[]; isNew: boolean; onSave: (duty: Duty) => Promise<string | undefined>; onRemove: () => void; onClose: () => void }) {
  const [wrong, setWrong] = useState<string>()
  async function save(form: HTMLFormElement): Promise<void> {
    const named = [...new Set(ranks.map((rank) => field(form, `person${rank}`)).filter((id) => id !== ''))]
    const refused = await onSave({ component: (isNew ? field(form, 'component') : duty.component) as Component, people: named })
    if (refused) setWrong(refused)
    else onClose()
  }
  const names = people.map((p) => [p.id, p.name] as const)
  return (
    <Dialog open onClose={onClose} title={isNew ? t('opsDutyNew') : dutyName(duty.component)} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        {isNew && <Select name="component" label={t('opsDutyFor')} defaultValue={duty.component} options={free.map((c) => [c, dutyName(c)])} />}
        {ranks.slice(0, Math.min(people.length, ranks.length)).map((rank) => (
          <Select key={rank} name={`person${rank}`} label={t(rank === 0 ? 'opsDutyFirst' : 'opsDutyThen')} defaultValue={duty.people[rank] ?? ''} options={rank === 0 ? names : [['', t('opsDutyNoOne')], ...names]} />
        ))}
        {!isNew && <Button kind="bad" className="self-start" onClick={() => { onRemove(); onClose() }}>{t('opsRemove')}</Button>}
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
