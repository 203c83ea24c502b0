import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Location } from '#contract/places.ts'
import { createSeries } from '#contract/visit-series.ts'
import { createVisit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, control, Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form } from '#web/ui/form.tsx'
import { read, write } from '../kept/preferences.ts'
import { useLive } from '../live/live-context.ts'
import { useMailStays, useVisitorTypes } from '../live/queries.ts'
import { RepeatFields } from '../repeat/repeat-fields.tsx'
import { noRepeat, ruleInWords, ruleOf, type Repeat } from '../repeat/repeat.ts'
import { tell, whyNot } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { HostPicker } from './host-picker.tsx'
import { NextDates } from './next-dates.tsx'
import { insist } from './verbs.ts'
import { isOwnZone, zoneName } from './when.ts'
import { instantIn, localIn } from './zone.ts'

/** `id` is made once: however often it is sent, it makes one visit. */
interface Draft {
  id: string; location: string; name: string; company: string; email: string; phone: string; visitorType: string; host: string | null
  when: string; leaving: string; note: string; fields: Record<string, string>; invite: boolean; repeat: Repeat
}
const key = (user: string): string => `lodge:visit-draft:${user}`
const quarterMs = 15 * 60_000
/** Today: the next quarter that is not already beginning. Another day: nine in the morning. */
const usualTime = (zone: string, day: string): string => {
  const soon = localIn(zone, Math.ceil((Date.now() + quarterMs / 3) / quarterMs) * quarterMs)
  return soon.startsWith(day) ? soon : `${day}T09:00`
}

interface Props { location: Location; locations: readonly Location[]; day: string; onClose: () => void; onMade: (visit: string) => void }

export function NewVisit({ location: here, locations, day, onClose, onMade }: Props) {
  const { lodge, session, visits } = useLive()
  const mailStays = useMailStays()
  const navigate = useNavigate()
  const types = useVisitorTypes()
  const now = useNow()
  const [draft, setDraft] = useState<Draft>(() => {
    const blank = {
      id: newId(), location: here.id, name: '', company: '', email: '', phone: '', visitorType: '', host: session.user.id,
      when: usualTime(here.zone, day), leaving: '', note: '', fields: {}, invite: true, repeat: noRepeat,
    }
    const kept = read<Draft>(key(session.user.id))
    if (!kept || !`${kept.name}${kept.company}${kept.email}`.trim()) return blank
    // What was begun on another day is hardly meant for that day.
    return { ...blank, ...kept, ...(kept.when.slice(0, 10) < blank.when.slice(0, 10) && { when: blank.when }) }
  })
  const [wrong, setWrong] = useState<{ text: string; made: boolean }>()
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<Draft>): void => {
    const next = { ...draft, ...change }
    setDraft(next)
    write(key(session.user.id), next)
  }
  const forget = (): void => void write(key(session.user.id), undefined)
  const location = locations.find((l) => l.id === draft.location) ?? here
  const offered = types.filter((one) => one.location === location.id && one.active)
  const type = offered.find((one) => one.id === draft.visitorType)
  const email = draft.email.trim()
  const startsAt = draft.when || `${day}T09:00`
  const rule = ruleOf(draft.repeat, startsAt.slice(0, 10))

  const save = async (): Promise<void> => {
    const { id, name, company, phone, host, when, leaving, note, fields, invite } = draft
    if (busy) return
    if (leaving && leaving <= when.slice(11)) return setWrong({ text: t('leavingBefore'), made: false })
    setBusy(true)
    const who = {
      id, location: location.id, name: name.trim(), company: company.trim(), email: email || null, phone: phone.trim() || null, host, note: note.trim(),
      ...(type && { visitorType: type.id, fields: answered(type.fields, fields) }), invite: invite && email !== '',
    }
    const outcome = rule
      ? await insist(async () => lodge.call(createSeries, { body: { ...who, rule, startsAt: when, ...(leaving && { leavesAt: leaving }) } }))
      : await insist(async () => lodge.call(createVisit, { body: {
        ...who, expectedAt: instantIn(location.zone, when), ...(leaving && { leavingAt: instantIn(location.zone, `${when.slice(0, 10)}T${leaving}`) }),
      } }))
    setBusy(false)
    if (!outcome.ok) {
      const { code } = outcome
      return setWrong({ text: code === 'id_reused' ? t('visitMadeBefore') : whyNot(outcome), made: code === 'id_reused' && !rule })
    }
    const made = 'visits' in outcome.value ? outcome.value.visits : [outcome.value]
    visits.absorb(made)
    forget()
    const first = made[0]?.id ?? id
    const open = (): void => void navigate({ to: '/visits/$visit', params: { visit: first }, search: true })
    tell(rule ? t('didRepeat', { name: name.trim(), rule: ruleInWords(rule, when) }) : invite && email ? t(mailStays ? 'didExpectKept' : 'didExpectInvited', { name: name.trim(), email }) : t('didExpect', { name: name.trim() }), { action: { label: t('open'), run: open } })
    onMade(first)
    onClose()
  }
  const text = (name: 'name' | 'company' | 'email' | 'phone' | 'note') =>
    ({ name, value: draft[name], onChange: (e: { target: { value: string } }) => set({ [name]: e.target.value }) })

  return (
    <Dialog open onClose={onClose} title={t('visitNew')} closeLabel={t('closeDialog')} className="w-[min(560px,calc(100vw-24px))]! max-h-[88vh]! top-[6vh]!">
      <Form onSubmit={save}>
        <div className="grid gap-x-3 gap-y-4 sm:grid-cols-2">
          <TextField label={t('name')} autoComplete="off" maxLength={200} required {...text('name')} />
          <TextField label={t('company')} autoComplete="off" maxLength={200} {...text('company')} />
          <TextField type="email" label={t('email')} autoComplete="off" maxLength={254} {...text('email')} />
          <TextField type="tel" label={t('phone')} autoComplete="off" maxLength={40} {...text('phone')} />
          {locations.length > 1 && (
            <Select
              label={t('location')} value={location.id} options={locations.map((l) => [l.id, l.name] as const)}
              onChange={(e) => set({ location: e.target.value, visitorType: '' })}
            />
          )}
          <div className="flex flex-col gap-1">
            <span aria-hidden className="text-13 font-medium">{t('host')}</span>
            <HostPicker label={t('host')} value={draft.host} className={`${control} h-9`} onChange={(host) => set({ host })} />
          </div>
          <TextField
            type="datetime-local" label={t('expectedAt')} value={draft.when} onChange={(e) => set({ when: e.target.value })} required
            hint={isOwnZone(location.zone, now) ? undefined : t('zoneHint', { zone: zoneName(location.zone, now) })}
          />
          <TextField type="time" label={t('leavingAtOptional')} value={draft.leaving} onChange={(e) => set({ leaving: e.target.value })} />
          {offered.length > 0 && (
            <Select
              label={t('visitorType')} value={type?.id ?? ''} options={[['', t('visitorTypeNone')], ...offered.map((one) => [one.id, one.name] as const)]}
              onChange={(e) => set({ visitorType: e.target.value })}
            />
          )}
          {type?.fields.map((f) => (
            <TextField
              key={f.key} label={f.label} value={draft.fields[f.key] ?? ''} maxLength={500}
              onChange={(e) => set({ fields: { ...draft.fields, [f.key]: e.target.value } })}
            />
          ))}
        </div>
        <RepeatFields value={draft.repeat} day={startsAt.slice(0, 10)} onChange={(repeat) => set({ repeat })} />
        {rule && <NextDates location={location.id} rule={rule} startsAt={startsAt} />}
        <TextArea label={t('visitNote')} hint={t('visitNoteHint')} rows={2} maxLength={1000} className="min-h-14!" {...text('note')} />
        <Check
          label={t('inviteSend')} hint={t(email === '' ? 'inviteNeedsEmail' : mailStays ? 'mailStays' : draft.repeat.kind === 'none' ? 'inviteSendHint' : 'repeatInviteHint')} checked={draft.invite && email !== ''} disabled={email === ''}
          onChange={(e) => set({ invite: e.target.checked })}
        />
        {wrong && (
          <p role="alert" className="text-13 text-bad">
            {wrong.text}{' '}
            {wrong.made && (
              <button
                type="button" className="font-medium underline"
                onClick={() => { forget(); onClose(); void navigate({ to: '/visits/$visit', params: { visit: draft.id } }) }}
              >
                {t('open')}
              </button>
            )}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button kind="quiet" onClick={() => { forget(); onClose() }}>{t('discard')}</Button>
          <Button kind="primary" type="submit" disabled={busy}>{t('visitExpect')}</Button>
        </div>
      </Form>
    </Dialog>
  )
}

const answered = (asked: readonly { key: string }[], given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(asked.flatMap(({ key: field }) => given[field]?.trim() ? [[field, given[field].trim()]] : []))
