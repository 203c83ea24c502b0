import { useState } from 'react'
import { kioskLanguages, saveLocation, type KioskLanguage, type Location } from '#contract/places.ts'
import { newId } from '#client/lodge.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { whyNot } from '../shell/notices.ts'
import { ownZone } from '../times.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { LanguageChecks } from './language-checks.tsx'
import { went } from './page.tsx'
import { ZoneField } from './zone-field.tsx'

export const newLocation = (): Location => ({
  id: newId(), name: '', address: '', zone: ownZone, languages: ['en'],
  opensAt: '08:00', closesAt: '18:00', walkIns: 'welcome', checksOutAt: '20:00', retentionDays: 90,
})

export function LocationForm({ location, isNew, onClose }: { location: Location; isNew: boolean; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const [spoken, setSpoken] = useState<readonly KioskLanguage[]>(location.languages)
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const outcome = await lodge.call(saveLocation, { params: { location: location.id }, body: {
      name: field(form, 'name'), address: field(form, 'address'), zone: field(form, 'zone'), languages: [...spoken],
      opensAt: field(form, 'opensAt'), closesAt: field(form, 'closesAt'),
      walkIns: field(form, 'walkIns') as Location['walkIns'], checksOutAt: field(form, 'checksOutAt'), retentionDays: Number(field(form, 'retentionDays')),
    } })
    if (!outcome.ok) return setWrong(whyNot(outcome))
    void queries.invalidateQueries({ queryKey: ['locations'] })
    went(outcome, t('didSave'))
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={isNew ? t('locationNew') : location.name} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={location.name} maxLength={100} placeholder={t('locationExample')} required />
        <TextArea name="address" label={t('address')} hint={t('addressHint')} defaultValue={location.address} maxLength={500} rows={2} className="min-h-14!" />
        <ZoneField label={t('zone')} hint={t('zoneFieldHint')} defaultValue={location.zone} />
        <div className="grid grid-cols-3 gap-3">
          <TextField name="opensAt" type="time" label={t('opensAt')} defaultValue={location.opensAt} required />
          <TextField name="closesAt" type="time" label={t('closesAt')} defaultValue={location.closesAt} required />
          <TextField name="checksOutAt" type="time" label={t('checksOutAt')} defaultValue={location.checksOutAt} required />
        </div>
        <p className="-mt-3 text-12 text-muted">{t('checksOutAtHint')}</p>
        <Select
          name="walkIns" label={t('walkIns')} defaultValue={location.walkIns}
          options={[['welcome', t('walkIns_welcome')], ['approve', t('walkIns_approve')], ['no', t('walkIns_no')]]}
        />
        <LanguageChecks title={t('kioskLanguages')} all={kioskLanguages} value={spoken} onChange={setSpoken} />
        <TextField
          name="retentionDays" type="number" min={1} max={3650} label={t('retentionDays')} hint={t('retentionDaysHint')} defaultValue={location.retentionDays}
          required
        />
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
