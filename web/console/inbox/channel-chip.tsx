import { MessageSquareText } from 'lucide-react'
import type { ChannelRef } from '#contract/entries.ts'
import { cx } from '#web/ui/cx.ts'
import { t } from '../words.ts'

/** Over what a conversation runs; nothing for the web site. */
export function ChannelChip({ channel, className, folds = false }: { channel: ChannelRef | null | undefined; className?: string; /** On a phone the icon is enough. */ folds?: boolean }) {
  if (!channel) return null
  return (
    <span className={cx('inline-flex h-5 shrink-0 items-center gap-1 self-center rounded-control border border-line px-1.5 text-[11px] font-medium text-muted', className)}>
      <MessageSquareText aria-hidden size={11} /><span className={folds ? 'max-sm:sr-only' : undefined}>{t('channelSms')}</span>
    </span>
  )
}
