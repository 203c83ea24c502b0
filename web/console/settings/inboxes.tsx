import { useQuery } from '@tanstack/react-query'
import { Copy, Plus } from 'lucide-react'
import { useState } from 'react'
import { saveInbox, type Inbox } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { inboxesQuery } from '../live/queries.ts'
import { copy } from '../shell/copy.ts'
import { whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page, went } from './page.tsx'

const blank = (): Inbox => ({ id: newId(), name: '', greeting: '', replyTime: '', origins: [], side: 'right', offsetPx: 20, language: 'auto' })
/** What a web site needs, and all of it. */
const snippetFor = (inbox: string): string => `<script src="${location.origin}/messenger.js" data-inbox="${inbox}" async></script>`

export function Inboxes() {
  const { lodge, session } = useLive()
  const query = useQuery(inboxesQuery(lodge.call))
  const [open, setOpen] = useState<Inbox>()
  const isAdmin = session.user.role === 'admin'
  return (
    <Page title={t('settingsInboxes')} text={t('settingsInboxesText')} action={isAdmin && <Button kind="primary" icon={<Plus size={16} />} onClick={() => setOpen(blank())}>{t('inboxNew')}</Button>}>
      <Lines query={query} lines={query.data} empty={t('inboxesEmpty')}>
        {(inbox) => (
          <div className="flex flex-col gap-3 p-4">
            <div className="flex items-center gap-2">
              <div className="min-w-0 flex-1">
                <h3 className="truncate font-medium"><bdi>{inbox.name}</bdi></h3>
                <p className="truncate text-12 text-muted">{inbox.origins.length > 0 ? inbox.origins.join(', ') : t('originsAny')}</p>
              </div>
              {isAdmin && <Button onClick={() => setOpen(inbox)}>{t('change')}</Button>}
            </div>
            <Snippet of={inbox.id} />
          </div>
        )}
      </Lines>
      {open && <InboxForm inbox={open} isNew={!query.data?.some((i) => i.id === open.id)} onClose={() => setOpen(undefined)} />}
    </Page>
  )
}

function Snippet({ of }: { of: string }) {
  return (
    <div className="flex items-center gap-2 rounded-control border border-line bg-paper py-1 ps-3 pe-1">
      <code dir="ltr" className="min-w-0 flex-1 overflow-x-auto font-mono text-12 whitespace-nowrap" tabIndex={0} role="group" aria-label={t('snippet')}>{snippetFor(of)}</code>
      <Button kind="quiet" icon={<Copy size={14} />} onClick={() => void copy(snippetFor(of))}>{t('copy')}</Button>
    </div>
  )
}

function InboxForm({ inbox, isNew, onClose }: { inbox: Inbox; isNew: boolean; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const outcome = await lodge.call(saveInbox, { params: { inbox: inbox.id }, body: {
      name: field(form, 'name'), greeting: field(form, 'greeting'), replyTime: field(form, 'replyTime'), origins: field(form, 'origins').split(/[\n,]+/).map((one) => one.trim()).filter(Boolean),
      side: field(form, 'side') as Inbox['side'], offsetPx: Number(field(form, 'offsetPx')), language: field(form, 'language'),
    } })
    if (!outcome.ok) return setWrong(whyNot(outcome))
    void queries.invalidateQueries({ queryKey: ['inboxes'] })
    went(outcome, t('didSave'))
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={isNew ? t('inboxNew') : inbox.name} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={inbox.name} maxLength={100} placeholder={t('inboxNameExample')} required />
        <TextArea name="greeting" label={t('greeting')} hint={t('greetingHint')} defaultValue={inbox.greeting} maxLength={500} rows={2} />
        <TextField name="replyTime" label={t('replyTime')} hint={t('replyTimeHint')} defaultValue={inbox.replyTime} maxLength={60} />
        <TextArea name="origins" label={t('origins')} hint={t('originsHint')} defaultValue={inbox.origins.join('\n')} rows={2} dir="ltr" />
        <div className="grid grid-cols-3 gap-3">
          <Select name="side" label={t('side')} defaultValue={inbox.side} options={[['right', t('sideRight')], ['left', t('sideLeft')]]} />
          <TextField name="offsetPx" type="number" min={0} max={400} label={t('offset')} defaultValue={inbox.offsetPx} />
          <Select name="language" label={t('language')} defaultValue={inbox.language} options={[['auto', t('languageVisitor')], ['en', 'English'], ['ar', 'العربية']]} />
        </div>
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
