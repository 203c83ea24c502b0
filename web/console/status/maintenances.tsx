import { Plus } from 'lucide-react'
import { useState } from 'react'
import { saveStatusMaintenance, updateStatusMaintenance, type StatusBoard } from '#contract/status-endpoints.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { FormFoot } from '../settings/form-foot.tsx'
import { went } from '../settings/page.tsx'
import { tell, why } from '../shell/notices.ts'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { Nothing, Part } from './status-part.tsx'
import { soon, whenIn, WhenField } from './when-field.tsx'

type Maintenance = StatusBoard['maintenances'][number]
const shownDone = 3

export function Maintenances({ board, again }: { board: StatusBoard; again: () => void }) {
  const { lodge } = useLive()
  const nowMs = useNow()
  const [open, setOpen] = useState<Maintenance | 'new'>()
  const isOver = (m: Maintenance): boolean => m.cancelled || m.endedAt !== null || Date.parse(m.to) < nowMs
  const shown = [...board.maintenances.filter((m) => !isOver(m)), ...board.maintenances.filter(isOver).slice(0, shownDone)]
  const finish = async (maintenance: string, how: { end: true } | { cancel: true }): Promise<void> => {
    if (went(await lodge.call(updateStatusMaintenance, { params: { maintenance }, body: { text: '', ...how } }), t('spEnded'))) again()
  }
  return (
    <Part title={t('spMaintenances')} action={board.isOperator && <Button icon={<Plus size={15} />} onClick={() => setOpen('new')}>{t('spNewMaintenance')}</Button>}>
      {shown.length === 0 ? <Nothing>{t('spNoMaintenance')}</Nothing> : (
        <ul className="divide-y divide-line rounded-card border border-line">
          {shown.map((m) => (
            <li key={m.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
              <div className="min-w-0 flex-1 basis-56"><p className="text-14 font-medium wrap-anywhere"><bdi>{m.title}</bdi></p><p className="figures text-12 text-muted">{t('spBannerFrom', { from: moment(m.from, nowMs), to: moment(m.endedAt ?? m.to, nowMs) })}{isOver(m) && ` · ${t(m.cancelled ? 'spCancelled' : 'spDone')}`}</p></div>
              {board.isOperator && !isOver(m) && <Button onClick={() => setOpen(m)}>{t('spMove')}</Button>}
              {board.isOperator && !isOver(m) && (Date.parse(m.from) <= nowMs ? <Button onClick={() => void finish(m.id, { end: true })}>{t('spEnd')}</Button> : <Button onClick={() => void finish(m.id, { cancel: true })}>{t('spCancelIt')}</Button>)}
            </li>
          ))}
        </ul>
      )}
      {open && <MaintenanceForm board={board} known={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} onDone={again} />}
    </Part>
  )
}

/** `known`: another time for it, or other words; whoever subscribes is told. */
function MaintenanceForm({ board, known, onClose, onDone }: { board: StatusBoard; known: Maintenance | undefined; onClose: () => void; onDone: () => void }) {
  const { lodge } = useLive()
  const nowMs = useNow()
  const [wrong, setWrong] = useState<string>()
  const [id] = useState(() => known?.id ?? newId())
  const announce = async (form: HTMLFormElement): Promise<void> => {
    const from = whenIn(form, 'from') ?? '', to = whenIn(form, 'to') ?? ''
    const outcome = await lodge.call(saveStatusMaintenance, { params: { maintenance: id }, body: { title: field(form, 'title'), text: field(form, 'text'), from, to, components: new FormData(form).getAll('component') as string[] } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    tell(t('spAnnounced'))
    onDone()
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={known?.title ?? t('spNewMaintenance')} closeLabel={t('closeDialog')}>
      <Form onSubmit={announce}>
        <TextField name="title" label={t('spMaintenanceTitle')} defaultValue={known?.title} maxLength={200} required />
        <TextArea name="text" label={t('spWords')} hint={t('spWordsHint')} defaultValue={known?.text} rows={3} />
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1"><WhenField name="from" label={t('spFrom')} value={known?.from ?? soon(24 * 60, nowMs)} required /><WhenField name="to" label={t('spTo')} value={known?.to ?? soon(25 * 60, nowMs)} required /></div>
        <fieldset><legend className="mb-1 text-13 font-medium">{t('spAffected')}</legend><div className="grid grid-cols-2 gap-x-4 max-md:grid-cols-1">{board.components.filter((c) => !c.retired).map((c) => <Check key={c.id} name="component" value={c.id} label={c.name} defaultChecked={known?.components.includes(c.id)} />)}</div></fieldset>
        <FormFoot wrong={wrong} onClose={onClose} action={t('spAnnounce')} />
      </Form>
    </Dialog>
  )
}
