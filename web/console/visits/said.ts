import type { Visit } from '#contract/visits.ts'
import { t } from '../words.ts'
import { isLate, madeAtMs } from './book.ts'
import { ageOf, clockIn, momentIn } from './when.ts'

/** The time that stands before a visit in the book. */
export function timeOf(visit: Visit, zone: string): string {
  return clockIn(zone, visit.arrivedAt ?? visit.expectedAt ?? madeAtMs(visit.id))
}

/** Who came within the hour is not missed yet: the time of arrival says enough. */
const worthSayingMs = 3_600_000

/** When somebody or something last saw the person, said without flattery. */
export function seenText({ arrivedAt, confirmedAt }: Visit, now: number): string {
  if (!confirmedAt) return t('seenNever')
  const seenMs = Date.parse(confirmedAt), age = ageOf(seenMs, now)
  if (confirmedAt !== arrivedAt) return t('seenAgo', { age })
  return now - seenMs < worthSayingMs ? '' : t('seenNotFor', { age })
}

/** What there is to know of a visit in its row, beside who it is. */
export function stateText(visit: Visit, { zone, now }: { zone: string; now: number }): string {
  switch (visit.status) {
    case 'expected': return isLate(visit, now) && visit.expectedAt ? t('lateBy', { age: ageOf(Date.parse(visit.expectedAt), now) }) : ''
    case 'waiting': return t('status_waiting')
    case 'checked_in': return seenText(visit, now)
    case 'checked_out': {
      if (!visit.leftAt) return t('status_checked_out')
      const at = momentIn(zone, visit.leftAt, now)
      return visit.leftBy === 'automatic' ? t('leftAssumed', { at }) : t('leftAt', { at })
    }
    case 'no_show': return t('status_no_show')
    case 'cancelled': return t('status_cancelled')
    case 'refused': return t('status_refused')
  }
}

/** The state of a visit in one sentence, above everything else about it. */
export function statusSentence(visit: Visit, { zone, now }: { zone: string; now: number }): string {
  const at = (of: string | null): string => of ? momentIn(zone, of, now) : ''
  switch (visit.status) {
    case 'expected': {
      const late = stateText(visit, { zone, now })
      return late ? t('saidLate', { at: at(visit.expectedAt), late }) : t('saidExpected', { at: at(visit.expectedAt) })
    }
    case 'waiting': return t('saidWaiting')
    case 'checked_in': {
      const seen = seenText(visit, now)
      return seen ? t('saidOnSiteSeen', { at: at(visit.arrivedAt), seen }) : t('saidOnSite', { at: at(visit.arrivedAt) })
    }
    case 'checked_out': {
      const stay = { from: at(visit.arrivedAt), to: at(visit.leftAt) }
      return visit.leftBy === 'automatic' ? t('saidLeftAssumed', stay) : t('saidLeft', stay)
    }
    case 'no_show': return t('saidNoShow', { at: at(visit.expectedAt) })
    case 'cancelled': return t('saidCancelled', { at: at(visit.expectedAt) })
    case 'refused': return t('saidRefused')
  }
}
