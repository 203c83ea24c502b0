import type { StatusReply } from '#contract/status.ts'
import { t } from '../words.ts'

/** How far one message to all has come. */
export function ReplyLine({ reply: { total, sent, failed, endedAt } }: { reply: StatusReply }) {
  const said = total === null ? t('spReplyStarting') : endedAt === null ? t('spReplying', { sent, total }) : t('spReplied', { n: sent })
  return (
    <div role="status" className="mt-3 text-12 text-muted">
      {endedAt === null && <progress className="mb-1 block h-1 w-full accent-(--accent-ink)" aria-label={t('spReplyTitle')} {...(total !== null && { value: sent + failed, max: Math.max(1, total) })} />}
      {[said, failed > 0 && t('spReplyFailed', { n: failed })].filter(Boolean).join(' · ')}
    </div>
  )
}
