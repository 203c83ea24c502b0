import { useState } from 'react'
import { openStatusIncident, type StatusBoard } from '#contract/status-endpoints.ts'
import { incidentStates, type Audience, type IncidentState } from '#contract/status-words.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { FormFoot } from '../settings/form-foot.tsx'
import { tell, why } from '../shell/notices.ts'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { AudienceField } from './audience-field.tsx'
import { LevelsField, levelsIn } from './levels-field.tsx'
import { soon, whenIn, WhenField } from './when-field.tsx'

/** The first public word: short enough to be written within a minute. */
export function IncidentForm({ board, onClose, onDone }: { board: StatusBoard; onClose: () => void; onDone: () => void }) {
  const { lodge } = useLive()
  const nowMs = useNow()
  const [wrong, setWrong] = useState<string>()
  const open = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form)
    const affected = levelsIn(form, board.components)
    const since = whenIn(form, 'since'), next = whenIn(form, 'next'), before = field(form, 'before')
    const outcome = await lodge.call(openStatusIncident, { body: {
      title: field(form, 'title'), text: field(form, 'text'), state: field(form, 'state') as IncidentState, affected, audience: data.getAll('audience') as Audience[],
      ...(since && { impact: [{ from: since, to: null }] }), ...(next && { nextUpdateAt: next }), ...(before && { recurrenceOf: [before] }),
    } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    tell(t('spOpened'))
    onDone()
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('spNewIncident')} closeLabel={t('closeDialog')} className="w-[min(560px,calc(100vw-24px))]">
      <Form onSubmit={open}>
        <TextField name="title" label={t('spTitle')} hint={t('spTitleHint')} maxLength={200} required />
        <TextArea name="text" label={t('spWords')} hint={t('spWordsHint')} rows={4} required />
        <LevelsField components={board.components} />
        <AudienceField />
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1"><WhenField name="since" label={t('spSince')} value={new Date(nowMs).toISOString()} required /><WhenField name="next" label={t('spNext')} value={soon(30, nowMs)} /></div>
        <Select name="state" label={t('spState')} options={incidentStates.filter((s) => s !== 'resolved').map((s) => [s, t(`spState_${s}`)] as const)} />
        <Select name="before" label={t('spRecurrence')} options={[['', t('spFirstTime')], ...board.incidents.slice(0, 30).map((i) => [i.id, `${moment(i.openedAt, nowMs)} ${i.title}`] as const)]} />
        <FormFoot wrong={wrong} onClose={onClose} action={t('spOpen')} />
      </Form>
    </Dialog>
  )
}
