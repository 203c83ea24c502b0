import { acceptLink, renewTicket, signIn, signOut, type Ticket, type User } from '#contract/people.ts'
import { caller, type Outcome } from '#client/call.ts'
import { read, write } from '../kept/preferences.ts'

export interface Session { user: User; account: Ticket['account'] }
/** An administrator of the account that runs the house: operations and the status page are theirs. The server decides; this is what is offered. */
export const isOperator = ({ user, account }: Session): boolean => user.role === 'admin' && account.isOperator

/** Without a ticket: the session's cookie is all it has. */
export const callPublic = caller({ url: location.origin })

const key = 'lodge:session'
/** Who was signed in last: the shell opens for them at once, and also while the server is away. The cookie decides. */
export const lastSession = (): Session | undefined => read<Session>(key)

/** A ticket that was just handed out, so that signing in does not ask for a second one. */
let fresh: Ticket | undefined

function entered(outcome: Outcome<Ticket>): void {
  if (!outcome.ok) return
  fresh = outcome.value
  write(key, { user: outcome.value.user, account: outcome.value.account })
}

export async function askTicket(): Promise<Outcome<Ticket>> {
  if (fresh && Date.parse(fresh.expiresAt) - Date.now() > 60_000) {
    const value = fresh
    fresh = undefined
    return { ok: true, value }
  }
  const outcome = await callPublic(renewTicket, {})
  if (outcome.ok) write(key, { user: outcome.value.user, account: outcome.value.account })
  else if (outcome.code === 'unauthenticated') write(key, undefined)
  return outcome
}

export async function enter(email: string, password: string): Promise<Outcome<Ticket>> {
  const outcome = await callPublic(signIn, { body: { email, password } })
  entered(outcome)
  return outcome
}

export async function takeLink(secret: string, body: { name?: string; email?: string; password?: string; account?: string }): Promise<Outcome<Ticket>> {
  const outcome = await callPublic(acceptLink, { params: { secret }, body })
  entered(outcome)
  return outcome
}

export async function leave(): Promise<Outcome<unknown>> {
  const outcome = await callPublic(signOut, {})
  if (outcome.ok) write(key, undefined)
  return outcome
}

/** Another tab signed in as somebody else, or out: this one must not go on as the first. */
export function onSessionElsewhere(fn: () => void): void {
  addEventListener('storage', (event) => { if (event.key === key) fn() })
}
