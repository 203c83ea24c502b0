import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { saveVisitorType, type VisitorType } from '#contract/places.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, control, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { useLive } from '../live/live-context.ts'
import { whyNot } from '../shell/notices.ts'
import { newFieldKey } from '../visits/field-key.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { went } from './page.tsx'

const fieldsMax = 10

export function VisitorTypeForm({ type, isNew, onClose }: { type: VisitorType; isNew: boolean; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const [fields, setFields] = useState(type.fields)
  const [signs, setSigns] = useState(type.document !== null)
  const [words, setWords] = useState(type.document?.text ?? '')
  const [flags, setFlags] = useState({ photo: type.photo, badge: type.badge, active: type.active })
  const [wrong, setWrong] = useState<string>()
  const before = type.document
  const save = async (form: HTMLFormElement): Promise<void> => {
    const outcome = await lodge.call(saveVisitorType, { params: { visitorType: type.id }, body: {
      location: type.location, name: field(form, 'name'), fields: fields.filter((f) => f.label.trim()).map((f) => ({ ...f, label: f.label.trim() })),
      document: signs ? { title: field(form, 'title'), text: words } : null, ...flags,
    } })
    if (!outcome.ok) return setWrong(whyNot(outcome))
    void queries.invalidateQueries({ queryKey: ['visitor-types'] })
    went(outcome, t('didSave'))
    onClose()
  }
  const set = (at: number, to: Partial<VisitorType['fields'][number]>): void => setFields(fields.map((f, i) => i === at ? { ...f, ...to } : f))
  return (
    <Dialog
      open onClose={onClose} title={isNew ? t('visitorTypeNew') : type.name} closeLabel={t('closeDialog')}
      className="w-[min(560px,calc(100vw-24px))]! max-h-[88vh]! top-[6vh]!"
    >
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={type.name} maxLength={100} placeholder={t('visitorTypeExample')} required />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-13 font-medium">{t('fieldsAsked')}</legend>
          {fields.map((f, at) => (
            <div key={f.key} className="flex items-center gap-2">
              <input
                aria-label={t('fieldLabel')} dir="auto" value={f.label} maxLength={100} placeholder={t('fieldExample')} className={`${control} h-9 flex-1`}
                onChange={(e) => set(at, { label: e.target.value })}
              />
              <label className="flex shrink-0 items-center gap-1.5 text-13">
                <input
                  type="checkbox" className="size-4 accent-(--accent-ink)" checked={f.required} onChange={(e) => set(at, { required: e.target.checked })}
                />
                {t('fieldRequired')}
              </label>
              <IconButton label={t('deleteNamed', { name: f.label })} onClick={() => setFields(fields.filter((_, i) => i !== at))}>
                <Trash2 size={15} />
              </IconButton>
            </div>
          ))}
          {fields.length < fieldsMax && (
            <div>
              <Button kind="quiet" icon={<Plus size={14} />} onClick={() => setFields([...fields, { key: newFieldKey(), label: '', required: false }])}>
                {t('fieldAdd')}
              </Button>
            </div>
          )}
        </fieldset>
        <fieldset className="flex flex-col gap-3">
          <legend className="sr-only">{t('document')}</legend>
          <Check label={t('documentAsked')} hint={t('documentHint')} checked={signs} onChange={(e) => setSigns(e.target.checked)} />
          {signs && (
            <>
              <TextField
                name="title" label={t('documentTitle')} defaultValue={before?.title ?? ''} maxLength={100} placeholder={t('documentExample')} required
              />
              <TextArea
                label={t('documentText')} value={words} maxLength={20_000} rows={8} required hint={versionSaid(before, words)}
                onChange={(e) => setWords(e.target.value)}
              />
            </>
          )}
        </fieldset>
        <div className="flex flex-col">
          <Check label={t('photoAsked')} checked={flags.photo} onChange={(e) => setFlags({ ...flags, photo: e.target.checked })} />
          <Check label={t('badgeAsked')} checked={flags.badge} onChange={(e) => setFlags({ ...flags, badge: e.target.checked })} />
          <Check
            label={t('visitorTypeActive')} hint={t('visitorTypeActiveHint')} checked={flags.active}
            onChange={(e) => setFlags({ ...flags, active: e.target.checked })}
          />
        </div>
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}

/** What a signature will name. */
function versionSaid(before: VisitorType['document'], words: string): string {
  if (!before) return t('documentFirst')
  return before.text === words ? t('documentSame', { n: before.version }) : t('documentNext', { n: before.version + 1 })
}
