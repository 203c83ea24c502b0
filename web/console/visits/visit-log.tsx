import { useQuery } from '@tanstack/react-query'
import type { EntryBody, EntryType } from '#contract/entries.ts'
import { idOf } from '#contract/ids.ts'
import type { Visit } from '#contract/visits.ts'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { listed } from '../listed.ts'
import { useLive } from '../live/live-context.ts'
import { kiosksQuery, usePeople, visitLogQuery } from '../live/queries.ts'
import { useNow } from '../use-now.ts'
import { language, t } from '../words.ts'
import { dayName, exactIn, momentIn } from './when.ts'
import { dayIn } from './zone.ts'

/** Who changed what, and when. It names no person who came: that stands in the visit alone. */
export function VisitLog({ visit, zone }: { visit: Visit; zone: string }) {
  const { lodge, me } = useLive()
  const { users } = usePeople()
  const now = useNow()
  const { data: entries, isError } = useQuery(visitLogQuery(lodge.call, visit.id))
  const { data: kiosks = [] } = useQuery({
    ...kiosksQuery(lodge.call), refetchInterval: false, enabled: entries?.some((e) => e.actor.startsWith('kiosk:')) ?? false,
  })
  const whoIs = (actor: string): string => {
    if (actor === me) return t('you')
    if (actor === 'system') return t('logSystem')
    const id = idOf(actor)
    if (actor.startsWith('kiosk:')) return t('logKiosk', { name: kiosks.find((k) => k.id === id)?.name ?? '' }).trim()
    return users.find((u) => u.id === id)?.name ?? t('somebody')
  }
  return (
    <section className="mt-6">
      <h3 className="mb-2 text-12 font-medium text-muted">{t('visitLog')}</h3>
      {entries
        ? (
          <ol className="flex flex-col gap-1.5">
            {entries.map((entry) => (
              <li key={entry.id} className="flex items-baseline gap-3 text-13">
                <time dateTime={entry.at} title={exactIn(zone, entry.at)} className="figures w-[100px] shrink-0 text-12 text-muted">
                  {momentIn(zone, entry.at, now)}
                </time>
                <span className="words min-w-0">{sentence(entry, whoIs(entry.actor), zone)}</span>
              </li>
            ))}
          </ol>
        )
        : isError ? <p className="text-13 text-muted">{t('logAway')}</p>
        : <div aria-busy className="flex flex-col gap-2"><Skeleton className="h-4 w-3/4" /><Skeleton className="h-4 w-2/3" /></div>}
    </section>
  )
}

const fieldWord = (field: string): string => {
  switch (field) {
    case 'name': return t('name')
    case 'company': return t('company')
    case 'email': return t('email')
    case 'phone': return t('phone')
    case 'note': return t('visitNote')
    case 'host': return t('host')
    case 'visitorType': return t('visitorType')
    case 'expectedAt': return t('expectedAt')
    case 'leavingAt':
    case 'leavesAt': return t('leavingAt')
    case 'at': return t('theTime')
    case 'rule': return t('theRule')
    case 'fields': return t('visitDetails')
    case 'language': return t('language')
    default: return field
  }
}
const listedFields = (fields: readonly string[]): string => listed(fields.map((field) => fieldWord(field).toLocaleLowerCase(language)))

type VisitEntryType = Extract<EntryType, `visit.${string}` | `series.${string}` | 'person.erased'>
interface Told<T extends VisitEntryType> { body: EntryBody<T> | null; at: string; actor: string; who: string; zone: string }
const later = (zone: string, happened: string | undefined, at: string): string | undefined =>
  happened && apart(happened, at) ? momentIn(zone, happened, Date.parse(at)) : undefined

const sentences: { readonly [T in VisitEntryType]: (told: Told<T>) => string } = {
  'visit.expected': ({ body, who }) =>
    body?.source === 'import' ? t('logImported', { who }) : t('logExpected', { who }),
  'visit.changed': ({ body, actor, who }) =>
    actor.startsWith('user:') ? t('logChanged', { who, what: listedFields(body?.fields ?? []) }) : t('logFilled', { what: listedFields(body?.fields ?? []) }),
  'visit.waiting': ({ who }) => t('logWaiting', { who }),
  'visit.approved': ({ who }) => t('logApproved', { who }),
  'visit.refused': ({ who }) => t('logRefused', { who }),
  'visit.checked_in': ({ body, at, who, zone }) => {
    const then = later(zone, body?.arrivedAt, at)
    return then ? t('logInAt', { who, at: then }) : t('logIn', { who })
  },
  'visit.checked_out': ({ body, at, who, zone }) => {
    if (body?.leftBy === 'automatic') return t('logOutAutomatic')
    if (body?.leftBy === 'link') return t('logOutLink')
    const then = later(zone, body?.leftAt, at)
    return then ? t('logOutAt', { who, at: then }) : t('logOut', { who })
  },
  'visit.seen': ({ body, at, who, zone }) => {
    const then = later(zone, body?.at, at)
    return then ? t('logSeenAt', { who, at: then }) : t('logSeen', { who })
  },
  'visit.cancelled': ({ who }) => t('logCancelled', { who }),
  'visit.restored': ({ who }) => t('logRestored', { who }),
  'series.expected': ({ who }) => t('logSeriesExpected', { who }),
  'series.extended': ({ who }) => t('logSeriesExpected', { who }),
  'series.changed': ({ body, actor, who }) => {
    const what = listedFields(body?.fields ?? [])
    return actor.startsWith('user:') ? t('logSeriesChanged', { who, what }) : t('logFilled', { what })
  },
  'series.cancelled': ({ body, at, who, zone }) => t('logSeriesCancelled', { who, day: dayName(body?.from ?? '', dayIn(zone, Date.parse(at))) }),
  'visit.no_show': () => t('logNoShow'),
  'person.erased': ({ who }) => t('logPersonErased', { who }),
  'visit.erased': ({ who }) => t('logErased', { who }),
}

/** Of a type of a newer server nothing is known but that it happened. */
function sentence({ type, body, at, actor }: { type: string; body: object | null; at: string; actor: string }, who: string, zone: string): string {
  const say = (sentences as Record<string, ((told: Told<never>) => string) | undefined>)[type]
  return say ? say({ body: body as never, at, actor, who, zone }) : type
}

/** Learnt so much later than it happened that both times are worth saying. */
const apartMs = 90_000
const apart = (a: string, b: string): boolean => Math.abs(Date.parse(a) - Date.parse(b)) > apartMs
