/** Who is told. Whoever was entered by the operator is told at once; an address that asked for itself proves first that it wants it. */
import { createHash, randomBytes } from 'node:crypto'
import type { Subscriber } from '#contract/status.ts'
import type { Reach } from '#server/http/reach.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Book, State } from './book.ts'
import { refuseUnknown } from './components.ts'

export interface Subscribing { kind: Subscriber['kind']; to: string; components?: readonly string[] | undefined; confirmed: boolean; language?: string | undefined }
const looksLikeMail = /^[^\s<>@,;"]{1,64}@[^\s<>@,;"]{1,250}\.[^\s<>@,;".]{2,}$/
/** One address is one subscriber, however often it is entered. */
const idOf = (kind: string, to: string): string => createHash('sha256').update(`${kind} ${kind === 'email' ? to.toLowerCase() : to}`).digest('hex').slice(0, 20)

/** Whose mails have this key in their links. */
export const byKey = ({ subscriber }: Pick<State, 'subscriber'>, key: string): Subscriber | undefined => [...subscriber.values()].find((s) => s.kind === 'email' && s.key === key)

export function subscribers({ book, reach }: { book: Book; reach: Reach }) {
  return {
    /** @throws Refusal `invalid` for an address that is none, or that is inside */
    subscribe: async (by: string, { kind, to: given, components = [], confirmed, language = 'en' }: Subscribing): Promise<Subscriber> => book.change<Subscriber>(by, 'subscribe', (state, at) => {
      const to = given.trim()
      if (kind === 'email' && !looksLikeMail.test(to)) throw new Refusal('invalid', `"${to}" is no e-mail address.`)
      const unfit = kind === 'webhook' ? reach.refuses(to) : undefined
      if (unfit !== undefined) throw new Refusal('invalid', unfit)
      refuseUnknown(state, components)
      const id = idOf(kind, to)
      const known = state.subscriber.get(id)
      // Whoever knows an address may ask for it, but not change what its owner chose: that takes the link of a mail.
      if (known?.confirmed && !confirmed) return { puts: [], result: known }
      const key = known?.key ?? (kind === 'webhook' ? `whsec_${randomBytes(24).toString('base64')}` : randomBytes(18).toString('base64url'))
      const result: Subscriber = { id, kind, to, components: [...components], key, confirmed: confirmed || known?.confirmed === true, language: known?.language ?? language, since: known?.since ?? at }
      return { puts: known && JSON.stringify(known) === JSON.stringify(result) ? [] : [{ kind: 'subscriber', id, value: result }], result }
    }),
    /** By the link of a mail. @throws Refusal `not_found` */
    confirm: async (key: string): Promise<Subscriber> => book.change<Subscriber>('subscriber', 'confirm', (state) => {
      const known = byKey(state, key)
      if (!known) throw new Refusal('not_found')
      const result = { ...known, confirmed: true }
      return { puts: known.confirmed ? [] : [{ kind: 'subscriber', id: known.id, value: result }], result }
    }),
    /** By the link of a mail: only of these from now on; of all when there is none. @throws Refusal `not_found` */
    choose: async (key: string, components: readonly string[]): Promise<Subscriber> => book.change<Subscriber>('subscriber', 'choose', (state) => {
      const known = byKey(state, key)
      if (!known) throw new Refusal('not_found')
      refuseUnknown(state, components)
      const result = { ...known, components: [...components] }
      return { puts: [{ kind: 'subscriber', id: known.id, value: result }], result }
    }),
    /** @param of an id, or the key of a mail's link. Nobody with it: nothing is done. */
    unsubscribe: async (by: string, of: string): Promise<void> => book.change(by, 'unsubscribe', (state) => {
      const known = state.subscriber.get(of) ?? byKey(state, of)
      return { puts: known ? [{ kind: 'subscriber', id: known.id, value: null }] : [], result: undefined }
    }),
  }
}
export type Subscribers = ReturnType<typeof subscribers>
