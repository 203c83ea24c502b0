import { Link } from '@tanstack/react-router'
import { AlarmClock, PenLine } from 'lucide-react'
import { memo } from 'react'
import type { ConversationRow } from '#contract/conversations.ts'
import { Avatar } from '#web/ui/avatar.tsx'
import { cx } from '#web/ui/cx.ts'
import { brief, exact, moment } from '../times.ts'
import { t } from '../words.ts'
import { ChannelChip } from './channel-chip.tsx'
import { lastWords } from './last-words.ts'

export const rowHeightPx = 60

interface Props { row: ConversationRow; unread: number; selected: boolean; now: number; draft: boolean; by: string | undefined; assignee: string | undefined; query: string }

/** Name and time, then the newest words: what one needs to choose, and nothing else. */
export const Row = memo(function Row({ row, unread, selected, now, draft, by, assignee, query }: Props) {
  return (
    <Link
      to="/inbox/$conversation" params={{ conversation: row.id }} search preload={false} aria-current={selected ? 'true' : undefined}
      className={cx('relative flex h-full flex-col justify-center gap-0.5 ps-4 pe-3 -outline-offset-2!', selected ? 'bg-raised' : 'hover:bg-raised/60')}
    >
      {selected && <span aria-hidden className="absolute inset-y-1.5 start-0 w-[3px] rounded-e-full bg-accent" />}
      <span className="flex items-baseline gap-2">
        <bdi className={cx('along min-w-0 flex-1 truncate text-14', unread > 0 && 'font-semibold')}><Found text={row.contactName} query={query} /></bdi>
        <ChannelChip channel={row.channel} className="h-4! px-1!" />
        {draft && <PenLine size={12} aria-label={t('rowDraft')} className="self-center text-accent-ink" />}
        {row.status === 'snoozed' && row.snoozedUntil
          ? <span className="figures flex items-center gap-1 text-12 text-muted"><AlarmClock size={12} aria-hidden />{moment(row.snoozedUntil, now)}</span>
          : <time dateTime={row.lastAt} title={exact(row.lastAt)} className="figures text-12 text-muted">{brief(row.lastAt, now)}</time>}
      </span>
      <span className="flex h-5 items-center gap-2">
        <span dir="auto" className={cx('along min-w-0 flex-1 truncate text-13', unread > 0 ? 'text-ink' : 'text-muted')}>
          {by && row.lastText && <>{t('rowBy', { who: by })} </>}<bdi><Found text={lastWords(row)} query={query} /></bdi>
        </span>
        {unread > 0
          ? <span className="figures min-w-[18px] rounded-full bg-accent px-1 text-center text-[11px] leading-[18px] font-semibold text-on-accent"><span className="sr-only">{t('rowUnread', { n: unread })}</span><span aria-hidden>{unread > 19 ? '20+' : unread}</span></span>
          : assignee && <span title={assignee}><Avatar name={assignee} size="sm" /><span className="sr-only">{t('assignedTo', { who: assignee })}</span></span>}
      </span>
    </Link>
  )
})

function Found({ text, query }: { text: string; query: string }) {
  const at = query ? text.toLocaleLowerCase().indexOf(query.toLocaleLowerCase()) : -1
  if (at < 0) return text
  return <>{text.slice(0, at)}<mark className="rounded-[3px] bg-accent/40 text-ink">{text.slice(at, at + query.length)}</mark>{text.slice(at + query.length)}</>
}
