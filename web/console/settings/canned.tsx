import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { deleteCanned, saveCanned, type Canned } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { useLive } from '../live/live-context.ts'
import { cannedQuery } from '../live/queries.ts'
import { tell, tellUndo, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page, went } from './page.tsx'

export function CannedAnswers() {
  const { lodge, queries } = useLive()
  const query = useQuery(cannedQuery(lodge.call))
  const [open, setOpen] = useState<Canned>()
  const again = (): void => void queries.invalidateQueries({ queryKey: ['canned'] })
  const remove = async (one: Canned): Promise<void> => {
    if (!went(await lodge.call(deleteCanned, { params: { canned: one.id } }))) return
    again()
    tellUndo(t('didDeleteCanned', { shortcut: one.shortcut }), () => void lodge.call(saveCanned, { params: { canned: newId() }, body: { shortcut: one.shortcut, text: one.text } }).then((outcome) => {
      went(outcome)
      again()
    }))
  }
  return (
    <Page title={t('canned')} text={t('settingsCannedText')} action={<Button kind="primary" icon={<Plus size={16} />} onClick={() => setOpen({ id: newId(), shortcut: '', text: '' })}>{t('cannedNew')}</Button>}>
      <Lines query={query} lines={query.data?.toSorted((a, b) => a.shortcut.localeCompare(b.shortcut))} empty={t('cannedEmpty')}>
        {(one) => (
          <div className="flex items-center gap-3 py-2 ps-4 pe-2">
            <button type="button" className="flex min-w-0 flex-1 items-baseline gap-4 py-1 text-start" onClick={() => setOpen(one)}><bdi className="w-28 shrink-0 truncate font-medium">/{one.shortcut}</bdi><bdi className="min-w-0 flex-1 truncate text-13 text-muted">{one.text}</bdi></button>
            <IconButton label={t('deleteNamed', { name: `/${one.shortcut}` })} onClick={() => void remove(one)}><Trash2 size={15} /></IconButton>
          </div>
        )}
      </Lines>
      {open && (
        <CannedForm
          one={open} onClose={() => setOpen(undefined)} onSaved={() => {
            again()
            tell(t('didSave'))
            setOpen(undefined)
          }}
        />
      )}
    </Page>
  )
}

function CannedForm({ one, onClose, onSaved }: { one: Canned; onClose: () => void; onSaved: () => void }) {
  const { lodge } = useLive()
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const outcome = await lodge.call(saveCanned, { params: { canned: one.id }, body: { shortcut: field(form, 'shortcut').replace(/^\//, ''), text: field(form, 'text') } })
    if (outcome.ok) onSaved()
    else setWrong(outcome.code === 'invalid' ? t('shortcutWrong') : why(outcome.code))
  }
  return (
    <Dialog open onClose={onClose} title={one.shortcut ? `/${one.shortcut}` : t('cannedNew')} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="shortcut" label={t('shortcut')} hint={t('shortcutHint')} defaultValue={one.shortcut} maxLength={41} wrong={wrong} required />
        <TextArea name="text" label={t('cannedText')} hint={t('cannedTextHint', { contact: '{{contact.name}}', agent: '{{agent.name}}' })} defaultValue={one.text} rows={5} required />
        <FormFoot onClose={onClose} />
      </Form>
    </Dialog>
  )
}
