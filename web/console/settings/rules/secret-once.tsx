import { Copy } from 'lucide-react'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextField } from '#web/ui/field.tsx'
import { tell } from '../../shell/notices.ts'
import { t } from '../../words.ts'

export function SecretOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(secret)
    tell(t('didCopySecret'))
  }
  return (
    <Dialog open onClose={onClose} title={t('ruleSecret')} closeLabel={t('closeDialog')}>
      <div className="flex flex-col gap-4">
        <TextField label={t('ruleSecret')} hint={t('ruleSecretText')} value={secret} readOnly dir="ltr" className="font-mono" onFocus={(e) => e.target.select()} />
        <div className="flex justify-end gap-2"><Button icon={<Copy size={14} />} onClick={() => void copy()}>{t('copy')}</Button><Button kind="primary" onClick={onClose}>{t('done')}</Button></div>
      </div>
    </Dialog>
  )
}
