/** Who somebody is: people who sign in, visitors, kiosks and panels, and the operator of this house. */
import type { FastifyInstance } from 'fastify'
import { invitationMail, passwordMail } from '#server/features/deliveries/mails.ts'
import { identityRoutes } from '#server/features/identity/identity.routes.ts'
import { openIdentity, openOperator } from '#server/features/identity/identity.ts'
import { lifeMs } from '#server/features/identity/links.ts'
import { inviterNames } from '#server/features/identity/people.sql.ts'
import { peopleView } from '#server/features/identity/presence.ts'
import { kioskOfToken } from '#server/features/kiosks/kiosks.ts'
import { settingsChanged } from '#server/features/settings/settings.ts'
import { panelOfToken } from '#server/features/spaces/panels.ts'
import { every } from '#server/jobs/every.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import type { Core } from './core.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'
import type { Telling } from './telling.ts'

interface Needs { way: GivingWay; core: Core; telling: Telling }

export async function openPeople(g: Given, { way: { work }, core: { accept, spool, hub, views }, telling: { deliveries } }: Needs) {
  const { pool, keys, log, now, noted, publicUrl, baseUrl } = g
  const changed = settingsChanged(accept)
  const identity = openIdentity({
    pool: { ...pool, ...work('reply') }, isSilent: spool.isAway, graceMs: g.spool?.graceMs, keys, log, changed, now,
    secure: publicUrl?.startsWith('https:') ?? g.http?.tls !== undefined,
    devices: { kiosk: kioskOfToken, panel: panelOfToken }, noted: { revocations: noted('revocations'), tokens: noted('tokens') },
    async sendInvitation(tx, { account, user, to, name, secret, invitedBy, isMember }) {
      const { inviter, hotel } = await tx.one(inviterNames(account, invitedBy))
      const id = derivedId('invitation', user, secret)
      const mail = (isMember ? passwordMail : invitationMail)({ id, to, name, inviter, account: hotel, url: `${baseUrl()}/welcome/${secret}`, until: new Date(now() + lifeMs.invitation) })
      await deliveries.deliver(tx, account, mail)
    },
  })
  const operator = await openOperator({ db: work('history'), noted: noted('operator') })
  const offRevoked = identity.revocations.onRevoked((account, subject) => hub.revoke(account, subject))
  views.serve('people', async (account) => ({ presence: hub.present(account) }))
  return {
    identity, operator, changed,
    /** Online in this account. */
    isThere: (account: string, user: string): boolean => hub.present(account)[user] === 'online',
    online: (account: string): string[] => Object.entries(hub.present(account)).flatMap(([id, state]) => state === 'online' ? [id] : []),
    view: peopleView((account) => hub.present(account)),
    begin: () => [
      every('load revocations', 4_000, () => identity.revocations.load(), g.chores),
      every('sweep revocations', 3_600_000, () => identity.revocations.sweep(), g.chores),
    ],
    mount(http: FastifyInstance): void { identityRoutes(http, identity) },
    close(): void {
      offRevoked()
      identity.close()
    },
  }
}
export type People = Awaited<ReturnType<typeof openPeople>>
