import { Plus } from 'lucide-react'
import { useState } from 'react'
import { saveInvitation, type Invitation } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useInboxes, useInvitations } from '../live/queries.ts'
import { tell, tellUndo, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page, went } from './page.tsx'

const usualSeconds = 20

export function Invitations() {
  const { lodge, queries } = useLive()
  const query = useInvitations()
  const inboxes = useInboxes()
  const [open, setOpen] = useState<Invitation>()
  const again = (): void => void queries.invalidateQueries({ queryKey: ['invitations'] })
  const set = async ({ id, ...rule }: Invitation, active: boolean): Promise<void> => {
    if (!went(await lodge.call(saveInvitation, { params: { invitation: id }, body: { ...rule, active } }))) return
    again()
    tellUndo(active ? t('didSetInvitation') : t('didWithdraw'), () => void lodge.call(saveInvitation, { params: { invitation: id }, body: { ...rule, active: !active } }).then(again))
  }
  const first = inboxes[0]
  return (
    <Page title={t('settingsInvitations')} text={t('settingsInvitationsText')} action={first && <Button kind="primary" icon={<Plus size={16} />} onClick={() => setOpen({ id: newId(), inbox: first.id, address: '', afterSeconds: usualSeconds, text: '', active: true })}>{t('invitationNew')}</Button>}>
      <Lines query={query} lines={query.data} empty={t('invitationsEmpty')}>
        {(rule) => (
          <div className={cx('flex items-center gap-3 p-4', !rule.active && 'text-muted')}>
            <div className="min-w-0 flex-1">
              <p className="words along" dir="auto">{rule.text}</p>
              <p className="mt-0.5 text-12 text-muted">{t('invitationWhen', { address: rule.address || '*', seconds: rule.afterSeconds })}{inboxes.length > 1 && ` · ${inboxes.find((i) => i.id === rule.inbox)?.name ?? ''}`}{!rule.active && ` · ${t('withdrawn')}`}</p>
            </div>
            <Button onClick={() => setOpen(rule)}>{t('change')}</Button>
            <Button onClick={() => void set(rule, !rule.active)}>{rule.active ? t('withdraw') : t('setActive')}</Button>
          </div>
        )}
      </Lines>
      {open && (
        <InvitationForm
          rule={open} onClose={() => setOpen(undefined)} onSaved={() => {
            again()
            tell(t('didSave'))
            setOpen(undefined)
          }}
        />
      )}
    </Page>
  )
}

function InvitationForm({ rule, onClose, onSaved }: { rule: Invitation; onClose: () => void; onSaved: () => void }) {
  const { lodge } = useLive()
  const inboxes = useInboxes()
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const outcome = await lodge.call(saveInvitation, { params: { invitation: rule.id }, body: { inbox: field(form, 'inbox') || rule.inbox, address: field(form, 'address'), afterSeconds: Number(field(form, 'afterSeconds')), text: field(form, 'text'), active: rule.active } })
    if (outcome.ok) onSaved()
    else setWrong(why(outcome.code))
  }
  return (
    <Dialog open onClose={onClose} title={t('invitationNew')} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextArea name="text" label={t('invitationText')} defaultValue={rule.text} maxLength={300} rows={2} placeholder={t('invitationExample')} required />
        <TextField name="address" label={t('invitationAddress')} hint={t('invitationAddressHint')} defaultValue={rule.address} maxLength={500} dir="ltr" />
        <TextField name="afterSeconds" type="number" min={0} max={3600} label={t('invitationAfter')} defaultValue={rule.afterSeconds} required />
        {inboxes.length > 1 && <Select name="inbox" label={t('inbox')} defaultValue={rule.inbox} options={inboxes.map((i) => [i.id, i.name] as const)} />}
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
