import type { Conflict } from '#contract/bookings.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import { retryBudget } from './backoff.ts'
import { throttle } from './throttle.ts'
import { TicketDenied } from './tickets.ts'

/** A part that is empty or undefined may be left out. */
type Part<K extends string, T> = [T] extends [undefined] ? {} : {} extends T ? { [k in K]?: T } : { [k in K]: T }
export type Input<P, Q, B> = Part<'params', P> & Part<'query', Q> & Part<'body', B>

/** `unreachable` = no answer came (offline, cut, or later than the deadline): nobody knows whether it was done. Repeat with the same id. */
export type CallCode<C extends string> = C | 'invalid' | 'unauthenticated' | 'forbidden' | 'internal' | 'unreachable' | 'overloaded'
export type Outcome<R, C extends string = string> =
  | { ok: true; value: R }
  | { ok: false; status: number; code: CallCode<C>; message: string; retryAfterMs?: number; conflicts?: readonly Conflict[] }

/** For those who have no other way on: scripts, tests. @throws what went wrong, with its code */
export function valueOf<R>(outcome: Outcome<R>): R {
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.code}: ${outcome.message}`)
}

export interface CallOptions { signal?: AbortSignal; timeoutMs?: number; /** It outlives the page that asks. */ keepalive?: boolean }
export type Call = <P, Q, B, R, C extends string>(
  endpoint: Endpoint<P, Q, B, R, C>, input: Input<NoInfer<P>, NoInfer<Q>, NoInfer<B>>, options?: CallOptions,
) => Promise<Outcome<R, C>>

const deadlineMs = 15_000
const files = /^(?:application\/pdf|text\/csv)\b/
type Plain = Record<string, string | number | boolean | undefined>

/**
 * Typed HTTP. `bearer` is asked before every call that needs a token, and once more with `renew` after a 401; without it
 * only public endpoints are of use (the console renews its ticket this way, from the cookie).
 * Never throws: what goes wrong is an outcome. Nothing else is retried here; ids make a repeat safe. A server that has too much to do
 * is asked less: some calls are then refused here, with `overloaded`.
 */
export function caller({ url, fetch: ask = fetch, bearer, now = Date.now, random = Math.random }: {
  url: string; fetch?: typeof fetch; bearer?: (renew: boolean) => Promise<string>; now?: () => number; random?: () => number
}): Call {
  const spared = throttle(now, random)
  const budget = retryBudget(now())
  return async <P, Q, B, R, C extends string>(
    endpoint: Endpoint<P, Q, B, R, C>, input: Input<NoInfer<P>, NoInfer<Q>, NoInfer<B>>, { signal, timeoutMs = deadlineMs, keepalive = false }: CallOptions = {},
  ): Promise<Outcome<R, C>> => {
    const { params = {}, query = {}, body } = input as { params?: Plain; query?: Plain; body?: unknown }
    const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const search = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== undefined).map(([k, v]) => [k, String(v)] as [string, string])).toString()
    const deadline = AbortSignal.timeout(timeoutMs)
    const once = async (renew: boolean): Promise<Response> => {
      const headers: Record<string, string> = {}
      const bytes = body instanceof Uint8Array || body instanceof Blob ? body as Uint8Array<ArrayBuffer> | Blob : undefined
      if (body !== undefined) headers['content-type'] = bytes ? 'application/octet-stream' : 'application/json'
      if (bearer && endpoint.access !== 'public') headers['authorization'] = `Bearer ${await bearer(renew)}`
      return ask(`${url}/api/v1${path}${search && `?${search}`}`, {
        method: endpoint.method, headers, signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        ...(keepalive && { keepalive }), ...(body !== undefined && { body: bytes ?? JSON.stringify(body) }),
      })
    }
    if (!spared.isAllowed()) return { ok: false, status: 503, code: 'overloaded', message: 'Too much is going on right now. Try again shortly.', retryAfterMs: Math.round(1_000 + random() * 4_000) }
    budget.earn()
    let status = 0
    try {
      let response = await once(false)
      if (response.status === 401 && bearer && endpoint.access !== 'public' && budget.spend(now()) === 0) response = await once(true)
      if (response.status === 503) spared.refused(); else spared.accepted()
      // A file is a file; all else is JSON, or the answer of something in between.
      if (response.ok) return { ok: true, value: (files.test(response.headers.get('content-type') ?? '') ? await response.blob() : await response.json()) as R }
      status = response.status
      const { code, detail, retryAfterMs, conflicts } = await response.json() as { code?: C; detail?: string; retryAfterMs?: number; conflicts?: readonly Conflict[] }
      return { ok: false, status, code: code ?? 'internal', message: detail ?? '', ...(retryAfterMs !== undefined && { retryAfterMs }), ...(conflicts && { conflicts }) }
    } catch (error) {
      // Late is what an overloaded server is; all else that has no answer did not reach it.
      if (status === 0 && deadline.aborted) spared.refused()
      if (error instanceof TicketDenied) return { ok: false, status: 401, code: 'unauthenticated', message: error.message }
      // Not JSON: the answer of something in between, a proxy or a hotel's sign-in page.
      return { ok: false, status, code: 'unreachable', message: String(error) }
    }
  }
}
