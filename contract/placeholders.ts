/** `{{contact.name}}` in a text that a rule writes; `{{contact.name|there}}` has a fallback for when nobody knows. */

/** By what a rule is about. A visit's or booking's rule knows no inbox, a conversation's no host. */
export const placeholders = {
  conversation: ['account.name', 'contact.name', 'contact.firstName', 'inbox.name', 'agent.name'],
  visit: ['account.name', 'contact.name', 'contact.firstName', 'visit.name', 'visit.firstName', 'visit.company', 'visit.host', 'visit.location', 'visit.expectedAt', 'visit.arrivedAt'],
  booking: ['account.name', 'booking.person', 'booking.space', 'booking.startsAt', 'booking.endsAt'],
} as const
export type Family = keyof typeof placeholders
export type Placeholder = (typeof placeholders)[Family][number]

const pattern = /\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g

/** Which of the names in the text are none that the family has; an open `{{` counts as one. */
export function unknownPlaceholders(text: string, family: Family): string[] {
  const known: readonly string[] = placeholders[family]
  const unknown = [...text.matchAll(pattern)].map((m) => m[1]!.trim()).filter((name) => !known.includes(name))
  return text.replace(pattern, '').includes('{{') ? [...unknown, '{{'] : unknown
}

/** A value that is missing or blank is its fallback, and without one nothing; what a value holds is never filled in again. */
export const filled = (text: string, values: Readonly<Partial<Record<Placeholder, string | null>>>): string =>
  text.replace(pattern, (_, name: string, fallback?: string) => values[name.trim() as Placeholder]?.trim() || (fallback?.trim() ?? ''))
