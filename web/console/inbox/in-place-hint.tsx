import type { Refusal } from '../shell/notices.ts'
import { t } from '../words.ts'

interface Props { id: string; kept: 'waiting' | 'overtaken' | undefined; refusal: Refusal | undefined; onRetry: () => void }

/** What becomes of words that were left while the line was away, and why they were refused. */
export function InPlaceHint({ id, kept, refusal, onRetry }: Props) {
  if (!refusal) return <p id={id} role="status" className="text-12 text-muted empty:hidden">{kept && t(kept === 'waiting' ? 'fieldKept' : 'fieldOvertaken')}</p>
  return (
    <p role="alert" className="text-12 text-bad">
      <span id={id}>{refusal.why}</span>
      {refusal.isPassing && <>{' '}<button type="button" className="rounded-control underline" onClick={onRetry}>{t('tryAgain')}</button></>}
    </p>
  )
}
