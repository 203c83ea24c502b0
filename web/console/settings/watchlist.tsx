import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { deleteWatched, saveWatched, type Watched } from '#contract/watchlist.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { useLive } from '../live/live-context.ts'
import { watchlistQuery } from '../live/queries.ts'
import { tell, tellUndo, whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page, went } from './page.tsx'

const blank = (): Watched => ({ id: newId(), name: null, email: null, phone: null, action: 'alert', reason: '' })
const titleOf = ({ name, email, phone }: Watched): string => [name, email, phone].filter(Boolean).join(' · ')

export function Watchlist() {
  const { lodge, queries, session } = useLive()
  const query = useQuery(watchlistQuery(lodge.call))
  const [open, setOpen] = useState<Watched>()
  const isAdmin = session.user.role === 'admin'
  const again = (): void => void queries.invalidateQueries({ queryKey: ['watchlist'] })
  const remove = async ({ id, ...one }: Watched): Promise<void> => {
    if (!went(await lodge.call(deleteWatched, { params: { watched: id } }))) return
    again()
    tellUndo(t('didUnwatch', { who: titleOf({ id, ...one }) }), () => void lodge.call(saveWatched, { params: { watched: newId() }, body: one }).then((outcome) => {
      went(outcome)
      again()
    }))
  }
  return (
    <Page
      title={t('settingsWatchlist')} text={t('settingsWatchlistText')}
      action={isAdmin && <Button kind="primary" icon={<Plus size={16} />} onClick={() => setOpen(blank())}>{t('watchedNew')}</Button>}
    >
      <Lines query={query} lines={query.data} empty={t('watchlistEmpty')}>
        {(one) => (
          <div className="flex items-center gap-3 py-3 ps-4 pe-2">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium"><bdi>{titleOf(one)}</bdi></p>
              <p className="words along text-13 text-muted" dir="auto">{one.reason}</p>
            </div>
            <span className="shrink-0 text-12 text-muted">{t(`watch_${one.action}`)}</span>
            {isAdmin && <Button onClick={() => setOpen(one)}>{t('change')}</Button>}
            {isAdmin && <IconButton label={t('deleteNamed', { name: titleOf(one) })} onClick={() => void remove(one)}><Trash2 size={15} /></IconButton>}
          </div>
        )}
      </Lines>
      {open && (
        <WatchedForm
          one={open} onClose={() => setOpen(undefined)}
          onSaved={() => {
            again()
            tell(t('didSave'))
            setOpen(undefined)
          }}
        />
      )}
    </Page>
  )
}

function WatchedForm({ one, onClose, onSaved }: { one: Watched; onClose: () => void; onSaved: () => void }) {
  const { lodge } = useLive()
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const [name, email, phone] = [field(form, 'name') || null, field(form, 'email') || null, field(form, 'phone') || null]
    if (!name && !email && !phone) return setWrong(t('watchedNothing'))
    const body = { name, email, phone, action: field(form, 'action') as Watched['action'], reason: field(form, 'reason') }
    const outcome = await lodge.call(saveWatched, { params: { watched: one.id }, body })
    if (outcome.ok) onSaved()
    else setWrong(whyNot(outcome))
  }
  return (
    <Dialog open onClose={onClose} title={titleOf(one) || t('watchedNew')} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} hint={t('watchedNameHint')} defaultValue={one.name ?? ''} maxLength={200} autoComplete="off" />
        <TextField
          name="email" label={t('watchedEmail')} hint={t('watchedEmailHint')} defaultValue={one.email ?? ''} maxLength={254} dir="ltr" autoComplete="off"
        />
        <TextField name="phone" type="tel" label={t('phone')} defaultValue={one.phone ?? ''} maxLength={40} autoComplete="off" />
        <Select
          name="action" label={t('watchedAction')} defaultValue={one.action} options={[['alert', t('watchAction_alert')], ['block', t('watchAction_block')]]}
        />
        <TextArea name="reason" label={t('watchedReason')} hint={t('watchedReasonHint')} defaultValue={one.reason} maxLength={500} rows={2} required />
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
