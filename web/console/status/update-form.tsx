import { useState } from 'react'
import { resolveStatusIncident, updateStatusIncident, type StatusBoard } from '#contract/status-endpoints.ts'
import { incidentStates, type IncidentState } from '#contract/status-words.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { FormFoot } from '../settings/form-foot.tsx'
import { tell, why } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import type { BoardIncident } from './incident-card.tsx'
import { FoldedLevels, isSame, levelsIn } from './levels-field.tsx'
import { soon, whenIn, WhenField } from './when-field.tsx'

/** News, or the last word; `reopen`: it is back. Before the window is clean the last word asks for a reason. */
export function UpdateForm({ incident, board, how, onClose, onDone }: { incident: BoardIncident; board: StatusBoard; how: 'update' | 'resolve' | 'reopen'; onClose: () => void; onDone: () => void }) {
  const { lodge } = useLive()
  const nowMs = useNow()
  const [wrong, setWrong] = useState<string>()
  const idFor = useCommandId()
  const isEarly = how === 'resolve' && !(incident.cleanAt && Date.parse(incident.cleanAt) <= nowMs)
  const say = async (form: HTMLFormElement): Promise<void> => {
    const text = field(form, 'text'), state = field(form, 'state') as IncidentState | '', next = whenIn(form, 'next'), until = whenIn(form, 'until'), early = field(form, 'early')
    const affected = levelsIn(form, board.components)
    const params = { incident: incident.id }, id = idFor([text, state, next, until, early, affected])
    const outcome = how !== 'resolve'
      ? await lodge.call(updateStatusIncident, { params, body: { id, text, nextUpdateAt: next ?? null, ...(state && { state }), ...(until && { impactTo: until }), ...(!isSame(affected, incident.affected) && { affected }) } })
      : await lodge.call(resolveStatusIncident, { params, body: { id, text, ...(early && { early }), ...(until && { impactTo: until }) } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    tell(t(how === 'resolve' ? 'spResolved' : 'spSaid'))
    onDone()
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={incident.title} closeLabel={t('closeDialog')}>
      <Form onSubmit={say}>
        <TextArea name="text" label={t('spWords')} hint={t('spWordsHint')} rows={5} required />
        {how !== 'resolve' && <Select name="state" label={t('spState')} options={[...(how === 'update' ? [['', t('spSameState')] as const] : []), ...incidentStates.filter((s) => s !== 'resolved').map((s) => [s, t(`spState_${s}`)] as const)]} />}
        {how !== 'resolve' && <WhenField name="next" label={t('spNext')} value={soon(30, nowMs)} />}
        {how !== 'resolve' && <FoldedLevels components={board.components} affected={incident.affected} />}
        {how !== 'reopen' && <WhenField name="until" label={t('spUntil')} hint={t(how === 'update' ? 'spUntilStill' : 'spUntilHint')} />}
        {isEarly && <TextField name="early" label={t('spEarlyWhy')} hint={t('spEarlyHint')} maxLength={1000} required />}
        <FormFoot wrong={wrong} onClose={onClose} action={t(how === 'resolve' ? 'spResolve' : 'spPublish')} />
      </Form>
    </Dialog>
  )
}
