/** Which questions a visitor is asked, in order. Pure: it follows from the draft, so an answer may add or remove later ones. */
import type { Snapshot } from '#contract/kiosks.ts'
import type { Draft } from './draft.ts'

export type Step = 'name' | 'company' | 'confirm' | 'type' | 'host' | `field:${string}` | 'remember' | 'document' | 'photo'

export const walkInTypes = (snapshot: Snapshot): Snapshot['visitorTypes'] => snapshot.visitorTypes.filter(({ active }) => active)

export function stepsOf(draft: Draft, snapshot: Snapshot): Step[] {
  if (draft.kind === 'leaving') return ['name', 'confirm']
  const isWalkIn = draft.kind === 'walkIn'
  const types = walkInTypes(snapshot)
  const type = draft.type ?? (isWalkIn && types.length === 1 ? types[0] : undefined)
  const isPrefilled = (key: string): boolean => draft.found ? (draft.found.fields[key] ?? '') !== '' || (key === 'company' && draft.found.company !== '') : draft.isReturning && ((key === 'company' && draft.company !== '') || (key === 'phone' && draft.phone !== '') || key === 'email')
  const fields = (type?.fields ?? []).filter(({ key }) => !isPrefilled(key)).map(({ key }): Step => `field:${key}`)
  const asksCompany = !draft.isReturning && !types.some((t) => t.fields.some(({ key }) => key === 'company'))
  return [
    'name',
    ...(isWalkIn ? [...(asksCompany ? ['company' as const] : []), ...(types.length > 1 ? ['type' as const] : []), 'host' as const] : ['confirm' as const]),
    ...fields,
    // Only an arrival can say so, and here reception makes it.
    ...(isWalkIn && !draft.isReturning && snapshot.location.walkIns === 'welcome' ? ['remember' as const] : []),
    ...(type?.document ? ['document' as const] : []),
    ...(type?.photo ? ['photo' as const] : []),
  ]
}
export const typeOf = (draft: Draft, snapshot: Snapshot): Draft['type'] => {
  const types = walkInTypes(snapshot)
  return draft.type ?? (draft.kind === 'walkIn' && types.length === 1 ? types[0] : undefined)
}
/** What comes after `step`; undefined = nothing, the visitor can be checked in. */
export function stepAfter(step: Step, draft: Draft, snapshot: Snapshot): Step | undefined {
  const steps = stepsOf(draft, snapshot)
  return steps[steps.indexOf(step) + 1]
}
