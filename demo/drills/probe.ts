/** Plain requests of a colleague: the SDK would spare a server that refuses, and here the refusal is what one wants to see. */
import type { GuestOrders } from '../line.ts'

export interface Said { readonly status: number; readonly code: string | undefined; readonly detail: string }
/** @returns undefined when nobody answered */
export const probe = ({ url, tokens }: GuestOrders) => async (path: string, body: object): Promise<Said | undefined> => {
  try {
    const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[0]}` }, body: JSON.stringify(body), signal: AbortSignal.timeout(15_000) })
    const { code, detail = '' } = await response.json() as { code?: string; detail?: string }
    return { status: response.status, code, detail }
  } catch { return undefined }
}
