import { Button } from '#web/ui/button.tsx'
import { t } from '../words.ts'

/** The end of a form in a dialog: what is wrong, the way back, and the way on. */
export function FormFoot({ wrong, onClose, action = t('save') }: { wrong?: string | undefined; onClose: () => void; action?: string }) {
  return (
    <>
      {wrong && <p role="alert" className="text-13 text-bad">{wrong}</p>}
      <div className="flex justify-end gap-2"><Button kind="quiet" onClick={onClose}>{t('cancel')}</Button><Button kind="primary" type="submit">{action}</Button></div>
    </>
  )
}
