import { CloudOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { useLive } from './live/live-context.ts'
import { useStore } from './live/store.ts'
import { t } from './words.ts'

interface Props { title: string; text?: string; onRetry: () => void; back?: ReactNode }

/** A pane that could not be read, and the way to try again. By itself it is read again only when a line that was gone is back. */
export function ReadFailed({ title, text, onRetry, back }: Props) {
  const { state } = useStore(useLive().status)
  return (
    <EmptyState
      icon={<CloudOff size={28} strokeWidth={1.5} />} title={title} text={text ?? t(state === 'open' ? 'readRefusedText' : 'readFailedText')}
      action={<div className="flex flex-col items-center gap-5"><Button onClick={onRetry}>{t('tryAgain')}</Button>{back}</div>}
    />
  )
}
