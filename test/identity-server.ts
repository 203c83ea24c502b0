import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Pool } from '#server/db/pool.ts'
import { openIdentity, type Identity, type Keys } from '#server/features/identity/identity.ts'
import { newPushSecret } from '#server/features/identity/keys.ts'
import { identityRoutes } from '#server/features/identity/identity.routes.ts'
import { buildHttp } from '#server/http/server.ts'

export interface Answer { readonly status: number; readonly json: Record<string, unknown>; readonly cookies: readonly string[] }
/** Keeps cookies, as a browser does; `ticket` is what it was last given. */
export interface Browser {
  readonly cookies: Map<string, string>
  ticket: string
  call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object, headers?: Record<string, string>): Promise<Answer>
}
type Invitation = Parameters<Parameters<typeof openIdentity>[0]['sendInvitation']>[1]

export interface IdentityServer {
  readonly identity: Identity
  /** What went out by mail. */
  readonly invitations: Invitation[]
  readonly changes: string[]
  browser(address?: string): Browser
  close(): Promise<void>
}

export const newKeys = (): Keys => ({ tickets: [{ id: 'test', secret: randomBytes(32) }], cookieSecret: randomBytes(32).toString('base64url'), pushSecret: newPushSecret() })

/** Identity and its routes alone, in process; start a second one with the same database and keys for a restart or another node. */
export async function openIdentityServer(pool: Pool, { keys = newKeys(), now = Date.now }: { keys?: Keys; now?: () => number } = {}): Promise<IdentityServer> {
  const log = pino({ level: 'silent' })
  const invitations: Invitation[] = []
  const changes: string[] = []
  const identity = openIdentity({
    pool, keys, log, secure: false, now, devices: { kiosk: async () => undefined, panel: async () => undefined },
    changed: async (_account, _actor, what, id) => void changes.push(`${what} ${id}`),
    sendInvitation: async (_tx, mail) => void invitations.push(mail),
  })
  const http = await buildHttp({ authenticate: identity.authenticate, log, now, strict: true })
  identityRoutes(http, identity)
  await http.ready()
  let addresses = 0
  return {
    identity, invitations, changes,
    browser(address = `203.0.113.${++addresses}`) {
      const cookies = new Map<string, string>()
      const browser: Browser = {
        cookies, ticket: '',
        async call(method, path, body, headers = {}) {
          const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
          const answer = await http.inject({
            method, url: `/api/v1${path}`, remoteAddress: address, ...(body && { payload: body }),
            headers: { ...(cookie && { cookie }), ...(browser.ticket && { authorization: `Bearer ${browser.ticket}` }), ...headers },
          })
          const set = [answer.headers['set-cookie'] ?? []].flat()
          for (const line of set) {
            const [pair = '', ...attributes] = line.split('; ')
            const [name = '', value = ''] = pair.split('=')
            if (value === '' || attributes.some((a) => a.toLowerCase() === 'max-age=0')) cookies.delete(name); else cookies.set(name, value)
          }
          const json = answer.json<Record<string, unknown>>()
          if (typeof json['ticket'] === 'string') browser.ticket = json['ticket']
          return { status: answer.statusCode, json, cookies: set }
        },
      }
      return browser
    },
    async close() {
      await http.close()
      identity.close()
    },
  }
}
