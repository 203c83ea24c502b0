import type { SystemLine as Line } from '#client/thread.ts'
import { exact, clock, moment } from '../times.ts'
import { t } from '../words.ts'

/** What happened to the conversation, in one quiet sentence. */
export function SystemLine({ item, nameOf, names, me }: { item: Line; nameOf: (actor: string) => string; names: ReadonlyMap<string, string>; me: string }) {
  const who = item.actor === me ? t('you') : item.actor === 'system' ? 'Lodge' : nameOf(item.actor)
  const named = (id: string | null): string | undefined => id === null ? undefined : `user:${id}` === me ? t('youObject') : names.get(id) ?? t('somebody')
  return (
    <div className={item.state ? 'my-2 opacity-60' : 'my-2'}>
      <p className="flex items-center justify-center gap-2 text-center text-12 text-muted">
        <span>{sentence(item, who, named)}</span>
        <time dateTime={item.at} title={exact(item.at)} className="figures">{clock(item.at)}</time>
      </p>
      {item.kind === 'assigned' && item.note && <p className="words mx-auto mt-1 w-fit max-w-[480px] rounded-card bg-note px-3 py-1.5 text-14" dir="auto">{item.note}</p>}
    </div>
  )
}

function sentence(item: Line, who: string, named: (id: string | null) => string | undefined): string {
  switch (item.kind) {
    case 'opened': return item.page ? t('sysOpenedOn', { who, page: item.page.replace(/^https?:\/\//, '') }) : t('sysOpened', { who })
    case 'assigned': {
      const to = named(item.assignee) ?? named(item.team)
      if (!to) return t('sysUnassigned', { who })
      return item.actor === `user:${item.assignee}` ? t('sysTook', { who }) : t('sysAssigned', { who, to })
    }
    case 'closed': return t('sysClosed', { who })
    case 'reopened': return item.because === 'snooze_over' ? t('sysWoke') : t('sysReopened', { who })
    case 'snoozed': return t('sysSnoozed', { who, until: moment(item.until, Date.parse(item.at)) })
    case 'opted_out': return t('sysOptedOut', { who, word: item.word })
    case 'opted_in': return t('sysOptedIn', { who, word: item.word })
    case 'labelled': return item.labels.length > 0 ? t('sysLabelled', { who, labels: item.labels.join(', ') }) : t('sysUnlabelled', { who })
  }
}
