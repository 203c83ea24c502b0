import { useState } from 'react'
import { createClosure, type Conflict } from '#contract/bookings.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form } from '#web/ui/form.tsx'
import { useLive } from '../../live/live-context.ts'
import { readBookings, useFloors, useLocations, useSpaces } from '../../live/queries.ts'
import { useCommandId } from '../../live/use-command-id.ts'
import { tell, whyNot } from '../../shell/notices.ts'
import { whenOfDraft } from '../../spaces/booking-draft.ts'
import { conflictSaid } from '../../spaces/said.ts'
import { useNow } from '../../use-now.ts'
import { insist } from '../../visits/verbs.ts'
import { dayIn } from '../../visits/zone.ts'
import { t } from '../../words.ts'
import { FormFoot } from '../form-foot.tsx'

const shown = 5

/** What is closed, from when to when, and why; and what becomes of what is booked in that time. */
export function ClosureForm({ onClose }: { onClose: () => void }) {
  const { lodge, queries } = useLive()
  const locations = useLocations()
  const floors = useFloors()
  const spaces = useSpaces()
  const now = useNow()
  const idFor = useCommandId()
  const [location, setLocation] = useState(locations[0]?.id ?? '')
  const zone = locations.find((l) => l.id === location)?.zone ?? 'UTC'
  const [draft, setDraft] = useState(() => { const day = dayIn(zone, Date.now()); return { what: '', wholeDay: true, day, untilDay: day, from: '08:00', until: '12:00', text: '', cancels: false } })
  const [wrong, setWrong] = useState<string>()
  const [inTheWay, setInTheWay] = useState<readonly Conflict[]>([])
  const set = (change: Partial<typeof draft>): void => {
    setWrong(undefined)
    setInTheWay([])
    setDraft({ ...draft, ...change })
  }
  const save = async (): Promise<void> => {
    const { what, wholeDay, day, untilDay, from, until, text, cancels } = draft
    const [kind, one] = what.split(':')
    if (wholeDay ? untilDay < day : until !== '00:00' && until <= from) return setWrong(t('bookUntilBefore'))
    const body = {
      location, ...(kind === 'floor' && one && { floor: one }), ...(kind === 'space' && one && { space: one }),
      when: whenOfDraft(draft, zone), text: text.trim(), cancelBookings: cancels,
    }
    const id = idFor(body)
    const outcome = await insist(async () => lodge.call(createClosure, { body: { id, ...body } }))
    if (!outcome.ok) {
      if (outcome.code === 'space_taken' && outcome.conflicts) return setInTheWay(outcome.conflicts)
      return setWrong(whyNot(outcome))
    }
    void readBookings(queries)
    const { cancelled } = outcome.value
    tell(cancelled > 0 ? t('didClosureCancel', { n: cancelled }) : t('didClosure'))
    onClose()
  }
  const ofFloor = floors.filter((f) => f.location === location && f.active)
  return (
    <Dialog open onClose={onClose} title={t('closureNew')} closeLabel={t('closeDialog')} className="max-h-[88vh]! top-[6vh]!">
      <Form onSubmit={save}>
        {locations.length > 1 && <Select label={t('location')} value={location} options={locations.map((l) => [l.id, l.name] as const)} onChange={(e) => { setLocation(e.target.value); set({ what: '' }) }} />}
        <Select
          label={t('closureWhat')} value={draft.what} onChange={(e) => set({ what: e.target.value })}
          options={[['', t('closureAll')], ...ofFloor.flatMap((f) => [[`floor:${f.id}`, f.name] as const, ...spaces.filter((s) => s.floor === f.id && s.active).map((s) => [`space:${s.id}`, `${f.name} · ${s.name}`] as const)])]}
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField type="date" label={t('bookDay')} value={draft.day} required onChange={(e) => set({ day: e.target.value, ...(draft.untilDay < e.target.value && { untilDay: e.target.value }) })} />
          {draft.wholeDay
            ? <TextField type="date" label={t('bookUntilDay')} min={draft.day} value={draft.untilDay} required onChange={(e) => set({ untilDay: e.target.value })} />
            : (
              <div className="grid grid-cols-2 gap-3">
                <TextField type="time" label={t('bookFrom')} value={draft.from} required onChange={(e) => set({ from: e.target.value })} />
                <TextField type="time" label={t('bookUntil')} value={draft.until} required onChange={(e) => set({ until: e.target.value })} />
              </div>
            )}
        </div>
        <Check label={t('bookWholeDay')} checked={draft.wholeDay} onChange={(e) => set({ wholeDay: e.target.checked })} />
        <TextArea label={t('closureReason')} hint={t('closureReasonHint')} rows={2} maxLength={500} className="min-h-14!" placeholder={t('closureExample')} value={draft.text} required onChange={(e) => set({ text: e.target.value })} />
        <Check label={t('closureCancels')} checked={draft.cancels} onChange={(e) => set({ cancels: e.target.checked })} />
        {inTheWay.length > 0 && (
          <div role="alert" className="rounded-card border border-line bg-raised px-4 py-3 text-13">
            <p className="font-medium text-bad">{t('closureInTheWay', { n: inTheWay.length })}</p>
            <ul>{inTheWay.slice(0, shown).map((c) => <li key={c.id}>{`${spaces.find((s) => s.id === c.space)?.name ?? ''} · ${conflictSaid(c, zone, now)}`}</li>)}</ul>
          </div>
        )}
        <FormFoot wrong={wrong} onClose={onClose} action={t('closureDo')} />
      </Form>
    </Dialog>
  )
}
