/**
 * The ceremonies of signing in, by better-auth: passwords and the session behind the cookie. What may be done afterwards is
 * never asked here but read from our ticket. Loaded when first needed: the import takes 0.4 s and 60 MB.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { betterAuth } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { PostgresDialect } from 'kysely'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from '#server/db/pool.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { authPool } from './auth-pool.ts'

export interface CeremonyOptions {
  pool: Pick<Pool, 'lease'>
  /** Signs the cookie; another secret signs everybody out. */
  cookieSecret: string
  /** The cookie is sent over TLS only. */
  secure: boolean
  log: Pick<FastifyBaseLogger, 'warn' | 'error'>
}
/** A session behind the cookie. `cookies`: what to set, ready for Set-Cookie. */
export interface SignedIn { readonly authId: string; readonly session: string; readonly cookies: string[] }

const sessionLifeSeconds = 30 * 24 * 3600
const renewedAfterSeconds = 24 * 3600
export const passwordMinChars = 10
export const passwordMaxChars = 128

export function openCeremonies({ pool, cookieSecret, secure, log }: CeremonyOptions) {
  const { facade, honestly } = authPool(pool)
  const auth = betterAuth({
    database: { dialect: new PostgresDialect({ pool: facade }), type: 'postgres', schemaName: 'auth' },
    secret: cookieSecret,
    // Needed to be quiet only: its own addresses are never served, `auth.api` is called instead.
    baseURL: secure ? 'https://lodge.invalid' : 'http://lodge.invalid',
    emailAndPassword: { enabled: true, minPasswordLength: passwordMinChars, maxPasswordLength: passwordMaxChars },
    session: { expiresIn: sessionLifeSeconds, updateAge: renewedAfterSeconds },
    advanced: { cookiePrefix: 'lodge', useSecureCookies: secure, database: { validateSchema: false }, ipAddress: { disableIpTracking: true } },
    rateLimit: { enabled: false },   // ours counts before it
    telemetry: { enabled: false },
    logger: { level: 'error', log: (level, message) => log.warn({ level }, `better-auth: ${message}`) },
    plugins: [{
      id: 'lodge',
      endpoints: {
        /** Signs in whom a one-time link named. */
        openSession: createAuthEndpoint.serverOnly({ method: 'POST' }, async (ctx) => {
          const { authId } = ctx.body as unknown as { authId: string }
          const user = await ctx.context.internalAdapter.findUserById(authId)
          if (!user) throw new APIError('NOT_FOUND')
          const session = await ctx.context.internalAdapter.createSession(authId)
          await setSessionCookie(ctx, { session, user })
          return { session: session.id }
        }),
      },
    }],
  })

  return {
    /** @throws Refusal `wrong_password`, whether the address or the password is wrong, and after the same time; `unavailable` */
    async signIn(email: string, password: string, headers: IncomingHttpHeaders): Promise<SignedIn> {
      try {
        const given = { body: { email, password }, headers: only(headers), returnHeaders: true } as const
        const { headers: set, response } = await honestly(() => auth.api.signInEmail(given))
        const { internalAdapter } = await auth.$context
        const found = await honestly(() => internalAdapter.findSession(response.token))
        if (!found) throw new Error('better-auth signed somebody in without a session')
        return { authId: response.user.id, session: found.session.id, cookies: set.getSetCookie() }
      } catch (error) {
        if (error instanceof APIError && (error.statusCode === 401 || error.statusCode === 400)) throw new Refusal('wrong_password')
        throw error
      }
    },
    /** Without a password, for a one-time link. */
    async open(authId: string, headers: IncomingHttpHeaders): Promise<SignedIn> {
      const { headers: set, response } = await honestly(() => auth.api.openSession({ body: { authId } as never, headers: only(headers), returnHeaders: true }))
      return { authId, session: response.session, cookies: set.getSetCookie() }
    },
    /** The session of the cookie, prolonged once a day. @throws Refusal `unavailable`: an absent database must sign nobody out */
    async find(headers: IncomingHttpHeaders): Promise<SignedIn | undefined> {
      if (!headers.cookie) return undefined
      const { headers: set, response } = await honestly(() => auth.api.getSession({ headers: only(headers), returnHeaders: true }))
      return response ? { authId: response.user.id, session: response.session.id, cookies: set.getSetCookie() } : undefined
    },
    /** scrypt, about 0.1 s on the thread pool. */
    hash: async (password: string): Promise<string> => (await auth.$context).password.hash(password),
    /** The Set-Cookie that forgets the session. better-auth's own sign-out reports success when the database is away. */
    async forgotten(): Promise<string> {
      const { name, attributes } = (await auth.$context).authCookies.sessionToken
      return `${name}=; Path=${attributes.path}; Max-Age=0; HttpOnly; SameSite=Lax${attributes.secure ? '; Secure' : ''}`
    },
  }
}
export type Ceremonies = ReturnType<typeof openCeremonies>

function only(headers: IncomingHttpHeaders): Headers {
  const kept = new Headers()
  if (headers.cookie) kept.set('cookie', headers.cookie)
  if (headers['user-agent']) kept.set('user-agent', headers['user-agent'].slice(0, 300))
  return kept
}
