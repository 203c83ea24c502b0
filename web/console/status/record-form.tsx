import { useRef, useState } from 'react'
import { draftStatusPostmortem, editStatusIncident } from '#contract/status-endpoints.ts'
import type { Audience } from '#contract/status-words.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field, written } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { FormFoot } from '../settings/form-foot.tsx'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import type { BoardIncident } from './incident-card.tsx'
import { AudienceField } from './audience-field.tsx'
import { remediesAsText, remediesFrom, timelineAsText, timelineFrom } from './record.ts'
import { whenAsWritten, whenIn, WhenField } from './when-field.tsx'

/** What is known of an incident beyond its news, and the post-mortem that is made of it. */
export function RecordForm({ incident, onClose, onDone }: { incident: BoardIncident; onClose: () => void; onDone: () => void }) {
  const { lodge } = useLive()
  const [wrong, setWrong] = useState<string>()
  const place = useRef<HTMLDivElement>(null)
  const { postmortem } = incident, last = incident.impact.at(-1)
  const save = async (form: HTMLFormElement): Promise<boolean> => {
    setWrong(undefined)
    const remediation = remediesFrom(written(form, 'remedies')), timeline = timelineFrom(written(form, 'timeline'))
    if (typeof remediation === 'string' || typeof timeline === 'string') {
      setWrong(t('spLineWrong', { line: [remediation, timeline].find((l) => typeof l === 'string') ?? '' }))
      return false
    }
    const text = written(form, 'postmortem'), isPublic = new FormData(form).has('publish')
    const outcome = await lodge.call(editStatusIncident, { params: { incident: incident.id }, body: {
      title: field(form, 'title'), cause: field(form, 'cause'), audience: new FormData(form).getAll('audience') as Audience[], ...impactIn(form),
      // What was not touched is not rounded to what a line can hold.
      ...(remediesAsText(incident.remediation) !== written(form, 'remedies') && { remediation }), ...(timelineAsText(incident.timeline) !== written(form, 'timeline') && { timeline }),
      postmortem: text.trim() === '' ? null : { text, published: isPublic ? postmortem?.published ?? new Date().toISOString() : null },
    } })
    if (!outcome.ok) setWrong(why(outcome.code))
    return outcome.ok
  }
  /** The last time it was felt; what was not touched keeps its seconds. */
  const impactIn = (form: HTMLFormElement): { impact?: BoardIncident['impact'] } => {
    const kept = (name: string, known: string | null | undefined): string | null => whenAsWritten(known) === field(form, name) ? known ?? null : whenIn(form, name) ?? null
    const [from, to] = [kept('from', last?.from), kept('to', last?.to)]
    return from === null || (from === last?.from && to === last.to) ? {} : { impact: [...incident.impact.slice(0, -1), { from, to }] }
  }
  const draft = async (): Promise<void> => {
    const form = place.current?.closest('form')
    if (!form || !(await save(form))) return
    const outcome = await lodge.call(draftStatusPostmortem, { params: { incident: incident.id } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    const area = form.elements.namedItem('postmortem') as HTMLTextAreaElement
    area.value = outcome.value.text
    area.focus()
  }
  return (
    <Dialog open onClose={onClose} title={incident.title} closeLabel={t('closeDialog')} className="w-[min(720px,calc(100vw-24px))]">
      <Form onSubmit={async (form) => {
        if (!(await save(form))) return
        tell(t('didSave'))
        onDone()
        onClose()
      }}
      >
        <TextField name="title" label={t('spTitle')} defaultValue={incident.title} maxLength={200} required />
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1"><WhenField name="from" label={t('spSince')} value={last?.from} /><WhenField name="to" label={t('spUntil')} hint={t('spUntilStill')} value={last?.to} /></div>
        <AudienceField chosen={incident.audience} />
        <TextArea name="cause" label={t('spCause')} defaultValue={incident.cause} rows={3} />
        <TextArea name="remedies" label={t('spRemedies')} hint={t('spRemediesHint')} defaultValue={remediesAsText(incident.remediation)} rows={3} />
        <TextArea name="timeline" label={t('spTimeline')} hint={t('spTimelineHint')} defaultValue={timelineAsText(incident.timeline)} rows={3} />
        <div ref={place} className="flex flex-col gap-2">
          <TextArea name="postmortem" label={t('spPostmortem')} defaultValue={postmortem?.text ?? ''} rows={10} />
          <div className="flex flex-wrap items-center justify-between gap-2"><Check name="publish" label={t('spPublishPostmortem')} defaultChecked={Boolean(postmortem?.published)} /><Button onClick={() => void draft()}>{t('spDraft')}</Button></div>
        </div>
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
