import { CloudOff } from 'lucide-react'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { t } from './words.ts'

/** A pane that could not be read, and the way to try again. */
export const ReadFailed = ({ title, text = t('readFailedText'), onRetry }: { title: string; text?: string; onRetry: () => void }) => (
  <EmptyState icon={<CloudOff size={28} strokeWidth={1.5} />} title={title} text={text} action={<Button onClick={onRetry}>{t('tryAgain')}</Button>} />
)
