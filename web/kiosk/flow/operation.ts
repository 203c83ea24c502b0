/** From a draft to what is recorded. */
import type { KnownOperation, Snapshot } from '#contract/kiosks.ts'
import type { Happened, LocalVisit } from '../log/kept.ts'
import type { Draft } from './draft.ts'
import { typeOf } from './steps.ts'

type Body<T> = Extract<KnownOperation, { type: T }>['body']
export interface ToRecord { happened: Omit<Happened, 'at' | 'offsetMs'>; visit: Omit<LocalVisit, 'arrivedAt' | 'changedAt'> }

/** Whether somebody else decides first: reception for a walk-in where the place wants it, and for whoever may not come in unseen. */
export const mustAsk = ({ kind }: Draft, { location }: Snapshot, watched: 'alert' | 'block' | undefined): boolean =>
  watched === 'block' || (kind === 'walkIn' && location.walkIns !== 'welcome')

export function operationOf(draft: Draft, snapshot: Snapshot, language: string, watched: 'alert' | 'block' | undefined): ToRecord {
  const visit = { id: draft.visit, name: draft.name.trim(), company: draft.company.trim() }
  if (draft.kind === 'leaving') return { happened: { id: draft.operation, type: 'check_out', visit: draft.visit, body: {} }, visit: { ...visit, status: 'checked_out' } }
  const type = typeOf(draft, snapshot)
  const who = {
    name: visit.name.slice(0, 200), language,
    ...(visit.company && { company: visit.company.slice(0, 200) }), ...(draft.email.trim() && { email: draft.email.trim().slice(0, 254) }), ...(draft.phone.trim() && { phone: draft.phone.trim().slice(0, 40) }),
    ...(draft.host && { host: draft.host.id }), ...(type && { visitorType: type.id }), fields: trimmed(draft.fields),
    ...(draft.photo && { photo: draft.photo }), ...(draft.signature && { signature: draft.signature }),
  }
  if (mustAsk(draft, snapshot, watched)) {
    const body: Body<'ask'> = { ...who, ...(watched === 'block' && { watched: true }) }
    return { happened: { id: draft.operation, type: 'ask', visit: draft.visit, body }, visit: { ...visit, status: 'waiting' } }
  }
  const body: Body<'check_in'> = { expected: draft.kind === 'expected', ...who, ...(draft.remember && draft.email.trim() && { remember: true }) }
  return { happened: { id: draft.operation, type: 'check_in', visit: draft.visit, body }, visit: { ...visit, status: 'checked_in' } }
}

const trimmed = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value.trim().slice(0, 500)] as const).filter(([, value]) => value !== ''))
