import { saveStatusPage, type StatusBoard } from '#contract/status-endpoints.ts'
import { Button } from '#web/ui/button.tsx'
import { Check, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { went } from '../settings/page.tsx'
import { t } from '../words.ts'
import { Part } from './status-part.tsx'

export function PageSettings({ board: { settings }, again }: { board: StatusBoard; again: () => void }) {
  const { lodge } = useLive()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const body = { name: field(form, 'name'), url: field(form, 'url') || null, auto: new FormData(form).has('auto'), cleanMinutes: Number(field(form, 'clean')) }
    if (went(await lodge.call(saveStatusPage, { body }), t('didSave'))) again()
  }
  return (
    <Part title={t('spSettings')}>
      <Form onSubmit={save} className="rounded-card border border-line p-4">
        <TextField name="name" label={t('spPageName')} defaultValue={settings.name} maxLength={200} required />
        <TextField name="url" type="url" label={t('spPageUrl')} hint={t('spPageUrlHint')} defaultValue={settings.url ?? ''} maxLength={500} />
        <TextField name="clean" type="number" min={0} max={10_080} label={t('spClean')} defaultValue={settings.cleanMinutes} required />
        <Check name="auto" label={t('spAuto')} hint={t('spAutoHint')} defaultChecked={settings.auto} />
        <div className="flex justify-end"><Button kind="primary" type="submit">{t('save')}</Button></div>
      </Form>
    </Part>
  )
}
