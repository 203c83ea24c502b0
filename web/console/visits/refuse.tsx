import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextArea } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { t } from '../words.ts'

export function Refuse({ visit, onRefuse, onClose }: { visit: Visit; onRefuse: (reason: string) => void; onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={t('refuseTitle', { name: visit.name })} closeLabel={t('closeDialog')}>
      <Form
        onSubmit={(form) => {
          const reason = field(form, 'reason')
          if (!reason) return
          onRefuse(reason)
          onClose()
        }}
      >
        <TextArea
          name="reason" label={t('refuseReason')} hint={t('refuseReasonHint')} maxLength={500} rows={2} required
          onKeyDown={(e) => { if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) e.currentTarget.form?.requestSubmit() }}
        />
        <div className="flex justify-end gap-2">
          <Button kind="quiet" onClick={onClose}>{t('cancel')}</Button><Button kind="bad" type="submit">{t('refuse')}</Button>
        </div>
      </Form>
    </Dialog>
  )
}
