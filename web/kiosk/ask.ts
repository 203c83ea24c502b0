/** One request to the server. Never throws; `status` 0 says that no answer came, and nobody knows whether it was done. */
export interface Answer { readonly status: number; readonly body: unknown; readonly retryAfterMs?: number }
export type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>

const deadlineMs = 15_000

/** @param token asked anew each time: a kiosk may be paired again while it runs */
export function asker({ token, fetch: send = fetch, timeoutMs = deadlineMs }: { token: () => string | undefined; fetch?: typeof fetch; timeoutMs?: number }): Ask {
  return async (method, path, body) => {
    const ending = new AbortController()
    const timer = setTimeout(() => ending.abort(), timeoutMs)
    const bearer = token()
    try {
      const response = await send(`/api/v1${path}`, {
        method, signal: ending.signal, credentials: 'omit', cache: 'no-store',
        // A network that wants to be signed in to sends elsewhere.
        redirect: 'error',
        headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const retryAfterMs = 1000 * Number(response.headers.get('retry-after') ?? Number.NaN)
      // The deadline holds for the body as well.
      const json: unknown = await response.json().catch((error: unknown) => { if (ending.signal.aborted) throw error })
      return { status: response.status, body: json, ...(retryAfterMs >= 0 && { retryAfterMs }) }
    } catch {
      return { status: 0, body: undefined }
    } finally {
      clearTimeout(timer)
    }
  }
}
