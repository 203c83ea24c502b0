import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { addStatusSubscriber, removeStatusSubscriber, type StatusBoard } from '#contract/status-endpoints.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { listed } from '../listed.ts'
import { useLive } from '../live/live-context.ts'
import { FormFoot } from '../settings/form-foot.tsx'
import { went } from '../settings/page.tsx'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { Nothing, Part } from './status-part.tsx'

export function Subscribers({ board, again }: { board: StatusBoard; again: () => void }) {
  const { lodge } = useLive()
  const [isNew, setNew] = useState(false)
  const [secret, setSecret] = useState<string>()
  const remove = async (subscriber: string, to: string): Promise<void> => {
    if (went(await lodge.call(removeStatusSubscriber, { params: { subscriber } }), t('spRemoved', { to }))) again()
  }
  return (
    <Part title={t('spSubscribers')} action={<Button icon={<Plus size={15} />} onClick={() => setNew(true)}>{t('spNewSubscriber')}</Button>}>
      {board.subscribers.length === 0 ? <Nothing>{t('spNoSubscribers')}</Nothing> : (
        <ul className="divide-y divide-line rounded-card border border-line">
          {board.subscribers.map((s) => <li key={s.id} className="flex items-center gap-3 py-1 ps-4 pe-2"><span className="min-w-0 flex-1"><bdi className="block truncate text-14">{s.to}</bdi>{s.components.length > 0 && <span className="block truncate text-12 text-muted">{t('spOnlyAbout', { names: namesOf(board, s.components) })}</span>}</span>{!s.confirmed && <span className="text-12 text-muted">{t('spUnconfirmed')}</span>}<IconButton label={t('spRemove', { to: s.to })} onClick={() => void remove(s.id, s.to)}><Trash2 size={15} /></IconButton></li>)}
        </ul>
      )}
      {isNew && <SubscriberForm components={board.components.filter((c) => !c.retired)} onClose={() => setNew(false)} onDone={(told) => { again(); setSecret(told ?? undefined) }} />}
      {secret && (
        <Dialog open onClose={() => setSecret(undefined)} title={t('spSubscribers')} closeLabel={t('closeDialog')}>
          <p className="text-14">{t('spSecret')}</p><code className="words mt-2 block rounded-control bg-raised p-2 text-13">{secret}</code>
          <div className="mt-4 flex justify-end"><Button kind="primary" onClick={() => setSecret(undefined)}>{t('done')}</Button></div>
        </Dialog>
      )}
    </Part>
  )
}

const namesOf = ({ components }: StatusBoard, ids: readonly string[]): string => listed(ids.map((id) => components.find((c) => c.id === id)?.name ?? id))

function SubscriberForm({ components, onClose, onDone }: { components: StatusBoard['components']; onClose: () => void; onDone: (secret: string | null) => void }) {
  const { lodge } = useLive()
  const [wrong, setWrong] = useState<string>()
  const add = async (form: HTMLFormElement): Promise<void> => {
    const to = field(form, 'to')
    const outcome = await lodge.call(addStatusSubscriber, { body: { kind: /^https?:/.test(to) ? 'webhook' : 'email', to, components: new FormData(form).getAll('component').map(String) } })
    if (!outcome.ok) return setWrong(outcome.code === 'invalid' ? t('spAddressWrong') : why(outcome.code))
    tell(t('spAdded', { to }))
    onDone(outcome.value.secret)
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('spSubscribers')} closeLabel={t('closeDialog')}>
      <Form onSubmit={add}>
        <TextField name="to" label={t('spAddress')} maxLength={500} wrong={wrong} required />
        <fieldset>
          <legend className="mb-1 text-13 font-medium">{t('spOnly')}</legend>
          <div className="flex max-h-56 flex-wrap gap-x-5 overflow-y-auto">{components.map((c) => <Check key={c.id} name="component" value={c.id} label={c.name} />)}</div>
          <p className="text-12 text-muted">{t('spOnlyHint')}</p>
        </fieldset>
        <FormFoot onClose={onClose} action={t('spNewSubscriber')} />
      </Form>
    </Dialog>
  )
}
