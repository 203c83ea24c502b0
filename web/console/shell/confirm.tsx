import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { t } from '../words.ts'

/** Only where there is no way back. */
export function Confirm({ title, text, verb, onYes, onClose, bad = true }: { title: string; text: string; verb: string; onYes: () => void; onClose: () => void; bad?: boolean }) {
  return (
    <Dialog open onClose={onClose} title={title} closeLabel={t('closeDialog')}>
      <p className="words text-14">{text}</p>
      <div className="mt-5 flex justify-end gap-2">
        <Button kind="quiet" onClick={onClose}>{t('back')}</Button>
        <Button
          kind={bad ? 'bad' : 'primary'}
          onClick={() => {
            onYes()
            onClose()
          }}
        >
          {verb}
        </Button>
      </div>
    </Dialog>
  )
}
