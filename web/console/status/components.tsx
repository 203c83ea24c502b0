import { Plus } from 'lucide-react'
import { useState } from 'react'
import { saveStatusComponent, type StatusBoard } from '#contract/status-endpoints.ts'
import type { StatusComponent } from '#contract/status.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { FormFoot } from '../settings/form-foot.tsx'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { Part } from './status-part.tsx'

export function Components({ board, again }: { board: StatusBoard; again: () => void }) {
  const [open, setOpen] = useState<StatusComponent>()
  const last = Math.max(0, ...board.components.filter((c) => c.place < 90_000).map((c) => c.place))
  const shown = board.components.filter((c) => !c.retired)
  return (
    <Part title={t('spComponents')} action={<Button icon={<Plus size={15} />} onClick={() => setOpen({ id: '', name: '', group: shown.at(-1)?.group ?? '', text: '', place: last + 1, upstream: null, watched: false, retired: false })}>{t('spNewComponent')}</Button>}>
      <ul className="divide-y divide-line rounded-card border border-line">
        {shown.map((c) => (
          <li key={c.id}><button type="button" className="flex w-full items-baseline justify-between gap-3 px-4 py-2 text-start hover:bg-raised" onClick={() => setOpen(c)}><bdi className="min-w-0 truncate text-14">{c.name}</bdi><bdi className="shrink-0 text-12 text-muted">{[c.group, c.upstream && t('spBy', { provider: c.upstream.provider })].filter(Boolean).join(' · ')}</bdi></button></li>
        ))}
      </ul>
      {open && <ComponentForm component={open} onClose={() => setOpen(undefined)} onDone={again} />}
    </Part>
  )
}

/** Made out of the name: people type it on the command line. */
const idOf = (name: string): string => name.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).replace(/-+$/, '') || `c-${Date.now().toString(36)}`

function ComponentForm({ component: c, onClose, onDone }: { component: StatusComponent; onClose: () => void; onDone: () => void }) {
  const { lodge } = useLive()
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form), provider = field(form, 'provider'), page = field(form, 'page')
    const { id, ...rest } = c
    const outcome = await lodge.call(saveStatusComponent, { params: { component: id || idOf(field(form, 'name')) }, body: { ...rest, name: field(form, 'name'), group: field(form, 'group'), upstream: provider ? { provider, page: page || null } : null, watched: data.has('watched'), retired: data.has('retired') } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    tell(t('didSave'))
    onDone()
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={c.name || t('spNewComponent')} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('spName')} defaultValue={c.name} maxLength={200} required />
        <TextField name="group" label={t('spGroup')} defaultValue={c.group} maxLength={100} />
        <TextField name="provider" label={t('spProvider')} hint={t('spProviderHint')} defaultValue={c.upstream?.provider ?? ''} maxLength={200} />
        <TextField name="page" type="url" label={t('spProviderPage')} defaultValue={c.upstream?.page ?? ''} maxLength={500} />
        <Check name="watched" label={t('spWatched')} hint={t('spWatchedHint')} defaultChecked={c.watched} />
        {c.id && <Check name="retired" label={t('spRetired')} defaultChecked={c.retired} />}
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
