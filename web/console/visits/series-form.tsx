import { useState } from 'react'
import { changeSeries, type VisitSeries } from '#contract/visit-series.ts'
import type { Visit } from '#contract/visits.ts'
import { Check, control, TextArea, TextField } from '#web/ui/field.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Form } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { FormFoot } from '../settings/form-foot.tsx'
import { RepeatFields } from '../repeat/repeat-fields.tsx'
import { noRepeat, ruleInWords, ruleOf } from '../repeat/repeat.ts'
import { tell, whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { HostPicker } from './host-picker.tsx'
import { NextDates } from './next-dates.tsx'
import { Scope, type SeriesScope } from './scope.tsx'
import { insist } from './verbs.ts'

/** Sends what was changed, and nothing else: what colleagues changed on single visits stays. */
export function SeriesForm({ series, visit, onClose }: { series: VisitSeries; visit: Visit; onClose: () => void }) {
  const { lodge } = useLive()
  const idFor = useCommandId()
  const [scope, setScope] = useState<SeriesScope>('following')
  const [draft, setDraft] = useState({ name: series.name, company: series.company, email: series.email ?? '', phone: series.phone ?? '', note: series.note, host: series.host, at: series.startsAt.slice(11), leavesAt: series.leavesAt ?? '' })
  const [isAnother, setAnother] = useState(false)
  const [repeat, setRepeat] = useState({ ...noRepeat, kind: 'weekly' as (typeof noRepeat)['kind'] })
  const [wrong, setWrong] = useState<string>()
  const set = (change: Partial<typeof draft>): void => setDraft({ ...draft, ...change })
  const rule = isAnother ? ruleOf(repeat, visit.day) : undefined
  const save = async (): Promise<void> => {
    if (draft.leavesAt && draft.leavesAt <= draft.at) return setWrong(t('leavingBefore'))
    const to = {
      ...(draft.name.trim() !== series.name && { name: draft.name.trim() }), ...(draft.company.trim() !== series.company && { company: draft.company.trim() }),
      ...((draft.email.trim() || null) !== series.email && { email: draft.email.trim() || null }), ...((draft.phone.trim() || null) !== series.phone && { phone: draft.phone.trim() || null }),
      ...(draft.note.trim() !== series.note && { note: draft.note.trim() }), ...(draft.host !== series.host && { host: draft.host }),
      ...(draft.at !== series.startsAt.slice(11) && { at: draft.at }), ...((draft.leavesAt || null) !== series.leavesAt && { leavesAt: draft.leavesAt || null }), ...(rule && { rule }),
    }
    if (Object.keys(to).length === 0) return onClose()
    const body = { ...to, ...(scope === 'following' && { from: visit.day }) }
    const id = idFor(body)
    const outcome = await insist(async () => lodge.call(changeSeries, { params: { series: series.id }, body: { id, ...body } }))
    if (!outcome.ok) return setWrong(whyNot(outcome))
    tell(t('didChangeSeries'))
    onClose()
  }
  const text = (name: 'name' | 'company' | 'email' | 'phone') => ({ value: draft[name], autoComplete: 'off', onChange: (e: { target: { value: string } }) => set({ [name]: e.target.value }) })
  return (
    <Dialog open onClose={onClose} title={t('seriesChange')} closeLabel={t('closeDialog')} className="w-[min(560px,calc(100vw-24px))]! max-h-[88vh]! top-[6vh]!">
      <Form onSubmit={save}>
        <p className="text-13 text-muted">{t('seriesChangeText')}</p>
        <Scope value={scope} options={['following', 'all']} onChange={setScope} />
        <div className="grid gap-x-3 gap-y-4 sm:grid-cols-2">
          <TextField label={t('name')} maxLength={200} required {...text('name')} />
          <TextField label={t('company')} maxLength={200} {...text('company')} />
          <TextField type="email" label={t('email')} maxLength={254} {...text('email')} />
          <TextField type="tel" label={t('phone')} maxLength={40} {...text('phone')} />
          <TextField type="time" label={t('seriesTime')} value={draft.at} required onChange={(e) => set({ at: e.target.value })} />
          <TextField type="time" label={t('leavingAtOptional')} value={draft.leavesAt} onChange={(e) => set({ leavesAt: e.target.value })} />
          <div className="flex flex-col gap-1">
            <span aria-hidden className="text-13 font-medium">{t('host')}</span>
            <HostPicker label={t('host')} value={draft.host} className={`${control} h-9`} onChange={(host) => set({ host })} />
          </div>
        </div>
        <TextArea label={t('visitNote')} rows={2} maxLength={1000} className="min-h-14!" value={draft.note} onChange={(e) => set({ note: e.target.value })} />
        <Check label={t('seriesRuleKept')} hint={t('seriesRuleKeep', { rule: ruleInWords(series.rule, series.startsAt) })} checked={!isAnother} onChange={(e) => setAnother(!e.target.checked)} />
        {isAnother && <RepeatFields value={repeat} day={visit.day} onChange={setRepeat} />}
        {rule && <NextDates location={series.location} rule={rule} startsAt={`${visit.day}T${draft.at}`} />}
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
