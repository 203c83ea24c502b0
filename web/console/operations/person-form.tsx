import { useState } from 'react'
import type { OnCallPerson, Way } from '#contract/alerts.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { FormFoot } from '../settings/form-foot.tsx'
import { t } from '../words.ts'

const kinds = ['email', 'sms', 'webhook'] as const

/** One way of each kind is what people have; whoever has two of one is two people here. */
export function PersonForm({ person, isNew, onSave, onRemove, onClose }: { person: OnCallPerson; isNew: boolean; onSave: (person: OnCallPerson) => Promise<string | undefined>; onRemove: () => void; onClose: () => void }) {
  const [wrong, setWrong] = useState<string>()
  async function save(form: HTMLFormElement): Promise<void> {
    const ways = kinds.flatMap((kind): Way[] => { const to = field(form, kind); return to === '' ? [] : [{ kind, to: kind === 'sms' ? to.replace(/[\s()./-]/g, '') : to }] })
    if (ways.length === 0) return setWrong(t('opsWayNone'))
    const refused = await onSave({ id: person.id, name: field(form, 'name'), ways })
    if (refused) setWrong(refused)
    else onClose()
  }
  const of = (kind: Way['kind']): string => person.ways.find((w) => w.kind === kind)?.to ?? ''
  return (
    <Dialog open onClose={onClose} title={isNew ? t('opsPersonNew') : person.name} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={person.name} maxLength={100} autoComplete="off" required />
        <TextField name="email" label={t('opsWay_email')} hint={t('opsWayEmailHint')} defaultValue={of('email')} dir="ltr" autoComplete="off" />
        <TextField name="sms" type="tel" label={t('opsWay_sms')} hint={t('opsWaySmsHint')} defaultValue={of('sms')} dir="ltr" autoComplete="off" />
        <TextField name="webhook" label={t('opsWay_webhook')} hint={t('opsWayWebhookHint')} defaultValue={of('webhook')} dir="ltr" autoComplete="off" />
        {!isNew && <Button kind="bad" className="self-start" onClick={() => { onRemove(); onClose() }}>{t('opsRemove')}</Button>}
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
