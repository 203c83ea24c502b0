/** What a rule decides by and fills its texts with: how the subject is at this moment. */
import type { Family, Placeholder } from '#contract/placeholders.ts'

export interface ConversationFacts {
  id: string; contact: string; contactName: string; inbox: string; inboxName: string; status: 'open' | 'snoozed' | 'closed'; assignee: string | null; assigneeName: string | null; team: string | null
  labels: readonly string[]; waitingSince: string | null; openedAt: string; optedOut: boolean; isErased: boolean
  /** The offset up to which somebody inside has read. */
  readTo: number
}
export interface VisitFacts {
  id: string; name: string; company: string; email: string | null; phone: string | null; language: string; host: string | null; hostName: string | null; location: string; locationName: string; zone: string; visitorType: string | null
  status: 'expected' | 'waiting' | 'checked_in' | 'checked_out' | 'no_show' | 'cancelled' | 'refused'; expectedAt: string | null; arrivedAt: string | null; isErased: boolean
}
export interface BookingFacts { id: string; user: string | null; userName: string | null; email: string | null; spaceName: string; location: string; zone: string; startsAt: string; endsAt: string; status: 'booked' | 'checked_in' | 'ended' | 'cancelled' }

/**
 * Of a visit, `conversation` is one that only the visitor can read: over a channel whose address is proven. What somebody says of
 * themselves in a messenger proves nothing, so an e-mail address typed there leads nobody's messages there.
 */
export interface Facts { accountName: string; conversation: ConversationFacts | null; visit: VisitFacts | null; booking: BookingFacts | null }

/** Whoever writes by SMS bears its masked number until somebody knows better: nobody is addressed so. */
const nameOf = (name: string): string | null => /^[+\d•\s()-]*$/.test(name) ? null : name
const firstName = (name: string | null | undefined): string | null => name?.trim().split(/\s+/, 1)[0] ?? null

/** Times are those of the place, in the visitor's language when it is one. */
export function valuesOf({ accountName, conversation: c, visit: v, booking: b }: Facts): Partial<Record<Placeholder, string | null>> {
  const when = (at: string | null | undefined, zone: string, language = ''): string | null => at ? new Date(at).toLocaleString(tagOf(language), { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }) : null
  return {
    'account.name': accountName,
    ...(c && { 'contact.name': nameOf(c.contactName), 'contact.firstName': firstName(nameOf(c.contactName)), 'inbox.name': c.inboxName, 'agent.name': c.assigneeName }),
    ...(v && {
      'contact.name': v.name, 'contact.firstName': firstName(v.name),
      'visit.name': v.name, 'visit.firstName': firstName(v.name), 'visit.company': v.company, 'visit.host': v.hostName, 'visit.location': v.locationName,
      'visit.expectedAt': when(v.expectedAt, v.zone, v.language), 'visit.arrivedAt': when(v.arrivedAt, v.zone, v.language),
    }),
    ...(b && { 'booking.person': b.userName, 'booking.space': b.spaceName, 'booking.startsAt': when(b.startsAt, b.zone), 'booking.endsAt': when(b.endsAt, b.zone) }),
  }
}
function tagOf(language: string): string {
  try { return language ? Intl.getCanonicalLocales(language)[0] ?? 'en-GB' : 'en-GB' } catch { return 'en-GB' }
}

export const familyHolds = (facts: Facts, family: Family): boolean => facts[family] !== null
