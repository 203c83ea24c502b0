import { useState } from 'react'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextArea } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import type { Refusal } from '../shell/notices.ts'
import { t } from '../words.ts'

/** Stays until it went, with the words. @param onRefuse resolves to why it did not go */
export function Refuse({ visit, onRefuse, onClose }: { visit: Visit; onRefuse: (reason: string) => Promise<Refusal | undefined>; onClose: () => void }) {
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)
  const send = async (form: HTMLFormElement): Promise<void> => {
    const reason = field(form, 'reason')
    if (!reason) return
    setBusy(true)
    const refusal = await onRefuse(reason)
    setBusy(false)
    if (refusal) setWrong(refusal.why)
    else onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('refuseTitle', { name: visit.name })} closeLabel={t('closeDialog')}>
      <Form onSubmit={send}>
        <TextArea
          name="reason" label={t('refuseReason')} hint={t('refuseReasonHint')} maxLength={500} rows={2} required
          onKeyDown={(e) => { if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) e.currentTarget.form?.requestSubmit() }}
        />
        {wrong && <p role="alert" className="text-13 text-bad">{wrong}</p>}
        <div className="flex justify-end gap-2">
          <Button kind="quiet" onClick={onClose}>{t('cancel')}</Button><Button kind="bad" type="submit" disabled={busy}>{t('refuse')}</Button>
        </div>
      </Form>
    </Dialog>
  )
}
