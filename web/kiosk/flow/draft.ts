/** What one visitor has answered so far. It is in memory only and gone when the screen goes back to the start. */
import { newId } from '#client/id.ts'
import type { Snapshot } from '#contract/kiosks.ts'
import type { Expected, Present } from '../snapshot/find.ts'

export type VisitorType = Snapshot['visitorTypes'][number]
export interface Draft {
  readonly kind: 'expected' | 'walkIn' | 'leaving'
  /** Made with the draft, so that a second try is the same operation and the same walk-in. */
  readonly operation: string
  readonly visit: string
  readonly found: Expected | undefined
  readonly leaving: Present | undefined
  readonly name: string
  readonly company: string
  readonly email: string
  readonly phone: string
  readonly host: Snapshot['hosts'][number] | undefined
  readonly hostName: string
  readonly type: VisitorType | undefined
  readonly fields: Readonly<Record<string, string>>
  readonly signature: { readonly version: number; readonly image: string } | undefined
  readonly photo: string | undefined
  readonly remember: boolean
  /** Recognised by e-mail: need not be asked again. */
  readonly isReturning: boolean
}

export const newDraft = (kind: Draft['kind'], name = ''): Draft => ({
  kind, operation: newId(), visit: newId(), found: undefined, leaving: undefined, name, company: '', email: '', phone: '', host: undefined, hostName: '',
  type: undefined, fields: {}, signature: undefined, photo: undefined, remember: false, isReturning: false,
})

/** The visitor is this one of the list. */
export const asExpected = (draft: Draft, found: Expected, snapshot: Snapshot): Draft => ({
  ...draft, kind: 'expected', found, visit: found.id, name: found.name, company: found.company, fields: found.fields,
  host: snapshot.hosts.find(({ id }) => id === found.host), type: snapshot.visitorTypes.find(({ id }) => id === found.visitorType),
})

/** Fields of these names are the person's own, and stand there as well. */
const own = ['company', 'email', 'phone'] as const
export const ownKey = (key: string): (typeof own)[number] | undefined => own.find((k) => k === key)
export const fieldValue = (draft: Draft, key: string): string => {
  const mine = ownKey(key)
  return draft.fields[key] ?? (mine ? draft[mine] : '')
}
export function withField(draft: Draft, key: string, value: string): Draft {
  const mine = ownKey(key)
  return { ...draft, fields: { ...draft.fields, [key]: value }, ...(mine && { [mine]: value }) }
}

/** What another type asked is not told of this one: one key may mean two questions, and a signature one document. */
export const withType = (draft: Draft, type: VisitorType): Draft =>
  type.id === draft.type?.id ? { ...draft, type } : { ...draft, type, fields: {}, signature: undefined, photo: undefined }
