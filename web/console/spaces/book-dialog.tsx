import { useState } from 'react'
import { changeBooking, createBooking, createBookingSeries, type Booking, type Conflict, type Occurrence } from '#contract/bookings.ts'
import type { Space } from '#contract/spaces.ts'
import type { Outcome } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, control, Select, TextField } from '#web/ui/field.tsx'
import { Form } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useLocations, usePeople, useSpaces } from '../live/queries.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { PersonPicker } from '../person-picker.tsx'
import { RepeatFields } from '../repeat/repeat-fields.tsx'
import { tell, whyNot } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { useAway } from '../visits/use-away.ts'
import { insist } from '../visits/verbs.ts'
import { isOwnZone, zoneName } from '../visits/when.ts'
import { t } from '../words.ts'
import { draftOf, newDraft, problemOf, recurrenceOf, spanOfDraft, whenOfDraft, type Asked, type BookingDraft } from './booking-draft.ts'
import { ConflictList } from './conflict-list.tsx'
import { hoursOf, spanOf } from './day.ts'
import { Occurrences, SeriesPreview, usePreview } from './series-preview.tsx'
import { whenSaid } from './said.ts'
import { useBookingVerbs } from './verbs.ts'

type Props = { onClose: () => void } & ({ space: Space; day: string; at?: Asked; booking?: undefined } | { booking: Booking; space?: undefined; day?: undefined; at?: undefined })
interface Wrong { readonly text: string; readonly conflicts: readonly Conflict[]; readonly isTaken: boolean }

/** Books a space, once or again and again, or changes a booking. */
export function BookDialog(props: Props) {
  const spaces = useSpaces()
  const locations = useLocations()
  const space = props.space ?? spaces.find((s) => s.id === props.booking.space)
  const site = locations.find((l) => l.id === space?.location)
  return space && site ? <Filled {...props} first={space} site={site} /> : null
}

function Filled({ booking, day, at, first, site, onClose }: Props & { first: Space; site: ReturnType<typeof useLocations>[number] }) {
  const { lodge, session } = useLive()
  const { users } = usePeople()
  const spaces = useSpaces()
  const verbs = useBookingVerbs()
  const away = useAway()
  const now = useNow()
  const me = session.user.id
  const [begun] = useState<BookingDraft>(() => booking ? draftOf(booking, me) : newDraft(first, site, day, at, me))
  const [draft, setDraft] = useState(begun)
  const [skip, setSkip] = useState(false)
  const [wrong, setWrong] = useState<Wrong>()
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<readonly Occurrence[]>()
  const idFor = useCommandId()
  const { zone } = site
  const space = spaces.find((s) => s.id === draft.space) ?? first
  const recurrence = booking ? undefined : recurrenceOf(draft, zone)
  const problem = problemOf(draft, zone, now)
  const preview = usePreview(space.id, problem ? undefined : recurrence)
  const { free, lacking } = preview
  const hours = hoursOf(spanOf(zone, draft.day || begun.day))
  const who = users.find((u) => u.id === draft.user)
  const set = (change: Partial<BookingDraft>): void => {
    setWrong(undefined)
    setDraft({ ...draft, ...change })
  }
  const said = (b: Booking): { space: string; when: string } => ({ space: b.spaceName, when: whenSaid(b, zone, now) })

  const refused = (because: Wrong): undefined => {
    setWrong(because)
  }
  const refuse = (outcome: Extract<Outcome<unknown>, { ok: false }>): undefined => refused({
    text: whyNot(outcome), conflicts: outcome.conflicts ?? [],
    isTaken: ['space_taken', 'space_closed', 'not_bookable'].includes(outcome.code),
  })
  const forWhom = draft.user === me ? {} : { user: draft.user }
  const title = draft.title.trim()

  const save = async (): Promise<void> => {
    if (busy) return
    if (problem) return setWrong({ text: problem === 'past' ? t('bookPast') : t('bookUntilBefore'), conflicts: [], isTaken: false })
    setBusy(true)
    const went = booking ? await move(booking) : recurrence ? await again(recurrence) : await once()
    setBusy(false)
    if (went) void verbs.read()
    if (went === 'close') onClose()
  }
  async function once(): Promise<'close' | undefined> {
    const body = { space: space.id, when: whenOfDraft(draft, zone), title, ...forWhom }
    const id = idFor(body)
    const outcome = await insist(async () => lodge.call(createBooking, { body: { id, ...body } }))
    if (!outcome.ok) return refuse(outcome)
    tell(draft.user === me ? t('didBook', said(outcome.value)) : t('didBookFor', { ...said(outcome.value), who: who?.name ?? '' }))
    return 'close'
  }
  async function again(repeated: NonNullable<typeof recurrence>): Promise<'close' | 'stay' | undefined> {
    if (lacking > 0 && !skip) return refused({ text: t('previewSkipFirst'), conflicts: [], isTaken: false })
    const body = { space: space.id, recurrence: repeated, title, onConflict: skip ? 'skip' as const : 'refuse' as const, ...forWhom }
    const id = idFor(body)
    const outcome = await insist(async () => lodge.call(createBookingSeries, { body: { id, ...body } }))
    if (!outcome.ok) return refuse(outcome)
    const { occurrences } = outcome.value
    const n = occurrences.filter((o) => o.state === 'booked').length
    tell(t('didBookSeries', { space: space.name, n }))
    if (n === occurrences.length) return 'close'
    setDone(occurrences)
    return 'stay'
  }
  async function move(of: Booking): Promise<'close' | undefined> {
    const isMoved = (['wholeDay', 'day', 'untilDay', 'from', 'until'] as const).some((k) => draft[k] !== begun[k])
    const change = {
      ...(isMoved && { when: whenOfDraft(draft, zone) }), ...(draft.space !== begun.space && { space: draft.space }),
      ...(draft.user !== begun.user && { user: draft.user }), ...(title !== begun.title && { title }),
    }
    if (Object.keys(change).length === 0) return 'close'
    const id = idFor(change)
    const outcome = await insist(async () => lodge.call(changeBooking, { params: { booking: of.id }, body: { id, ...change } }))
    if (!outcome.ok) return refuse(outcome)
    tell(isMoved || draft.space !== begun.space ? t('didMove', said(outcome.value)) : t('didSave'))
    return 'close'
  }

  const bookable = spaces.filter((s) => s.location === site.id && ((s.active && s.bookable) || s.id === begun.space))
  return (
    <Dialog open onClose={onClose} title={booking ? t('bookChange') : t('bookTitle', { name: space.name })} closeLabel={t('closeDialog')} className="w-[min(540px,calc(100vw-24px))]! max-h-[88vh]! top-[6vh]!">
      {done
        ? (
          <div className="flex flex-col gap-4">
            <Occurrences of={done} zone={zone} wholeDay={draft.wholeDay} done />
            <div className="flex justify-end"><Button kind="primary" onClick={onClose}>{t('done')}</Button></div>
          </div>
        )
        : (
          <Form onSubmit={save}>
            {!isOwnZone(zone, now) && <p className="-mt-1 text-12 text-muted">{t('zoneHint', { zone: zoneName(zone, now) })}</p>}
            {(booking || draft.space !== begun.space) && <Select label={t('space')} value={space.id} options={bookable.map((s) => [s.id, s.name] as const)} onChange={(e) => set({ space: e.target.value })} />}
            <div className="grid grid-cols-2 gap-x-3 gap-y-4">
              <TextField type="date" label={t('bookDay')} value={draft.day} required onChange={(e) => set({ day: e.target.value, ...(draft.untilDay < e.target.value && { untilDay: e.target.value }) })} />
              {draft.wholeDay && (booking || draft.repeat.kind === 'none') && <TextField type="date" label={t('bookUntilDay')} min={draft.day} value={draft.untilDay} required onChange={(e) => set({ untilDay: e.target.value })} />}
              {!draft.wholeDay && (
                <div className="grid grid-cols-2 gap-3 max-sm:col-span-2">
                  <TextField type="time" step={300} label={t('bookFrom')} value={draft.from} required onChange={(e) => set({ from: e.target.value })} />
                  <TextField type="time" step={300} label={t('bookUntil')} value={draft.until} required onChange={(e) => set({ until: e.target.value })} />
                </div>
              )}
            </div>
            <Check label={t('bookWholeDay')} hint={hours === 24 ? '' : t('bookDayHours', { n: hours })} checked={draft.wholeDay} onChange={(e) => set({ wholeDay: e.target.checked, untilDay: draft.day })} />
            <div className="flex flex-col gap-1">
              <span aria-hidden className="text-13 font-medium">{t('bookFor')}</span>
              <PersonPicker people={users.filter((u) => u.active)} label={t('bookFor')} find={t('colleagueFind')} value={draft.user} className={`${control} h-9`} onChange={(user) => set({ user: user ?? me })} />
              {draft.user !== me && who && <p className="text-12 text-muted">{t('bookForHint', { name: who.name })}</p>}
            </div>
            <TextField label={t('bookTitleField')} hint={t('bookTitleHint')} value={draft.title} maxLength={200} autoComplete="off" onChange={(e) => set({ title: e.target.value })} />
            {!booking && <RepeatFields value={draft.repeat} day={draft.day || begun.day} onChange={(repeat) => set({ repeat })} />}
            {recurrence && !problem && <SeriesPreview preview={preview} zone={zone} wholeDay={draft.wholeDay} skip={skip} onSkip={(next) => { setSkip(next); setWrong(undefined) }} />}
            {wrong && (wrong.isTaken
              ? <ConflictList space={space} span={spanOfDraft(draft, zone)} zone={zone} conflicts={wrong.conflicts} text={wrong.text} onTake={(other) => set({ space: other })} />
              : <p role="alert" className="text-13 text-bad">{wrong.text}</p>)}
            <div className="flex justify-end gap-2">
              <Button kind="quiet" onClick={onClose}>{t('cancel')}</Button>
              <Button kind="primary" type="submit" disabled={busy || away || (recurrence !== undefined && free === 0)}>{booking ? t('save') : recurrence ? t('bookSeries', { n: free }) : t('bookDo')}</Button>
            </div>
          </Form>
        )}
    </Dialog>
  )
}
