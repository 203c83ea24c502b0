import { Copy } from 'lucide-react'
import { Button } from '#web/ui/button.tsx'
import { copy } from '../shell/copy.ts'
import { t } from '../words.ts'

/** What is told once: afterwards nobody can read it again. */
export function ToldOnce({ text, secret, label, onClose }: { text: string; secret: string; label?: string; onClose: () => void }) {
  return (
    <div data-keeps className="flex flex-col gap-4">
      <p className="text-13">{text}</p>
      <code dir="ltr" aria-label={label} className="rounded-control border border-line bg-paper px-3 py-2 font-mono text-12 break-all">{secret}</code>
      <div className="flex justify-end gap-2">
        <Button icon={<Copy aria-hidden size={14} />} onClick={() => void copy(secret)}>{t('copy')}</Button>
        <Button kind="primary" onClick={onClose}>{t('done')}</Button>
      </div>
    </div>
  )
}
