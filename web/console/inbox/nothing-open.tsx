import { MessagesSquare } from 'lucide-react'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Keys } from '#web/ui/keys.tsx'
import { t } from '../words.ts'

export const NothingOpen = () => (
  <EmptyState
    icon={<MessagesSquare size={28} strokeWidth={1.5} />} title={t('nothingOpen')} text={t('nothingOpenText')}
    action={<span className="flex gap-4 text-12 text-muted"><span className="flex items-center gap-1.5"><Keys of="J" /> {t('keyNext')}</span><span className="flex items-center gap-1.5"><Keys of="?" /> {t('keysShow')}</span></span>}
  />
)
