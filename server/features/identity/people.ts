import type { Team, User } from '#contract/people.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { deleteSessionsOf, insertRevocation } from './identity.sql.ts'
import { emailTaken, makeInvitation } from './links.ts'
import * as statements from './people.sql.ts'
import type { Revocations } from './revocations.ts'

/** Puts the invitation on its way, in the same transaction: no user without a mail, no mail without a user. `secret` goes into the link. */
export type SendInvitation = (tx: Tx, mail: Invited) => Promise<unknown>
interface Invited { account: string; user: string; to: string; name: string; secret: string; invitedBy: string; /** A link for another password: they were in. */ isMember: boolean }
export interface PeopleOptions { db: Db; revocations: Revocations; changed: Changed; sendInvitation: SendInvitation; now: () => number }

const lastAdmin = 'The account needs at least one active administrator. Make somebody else administrator first.'

export function people({ db, revocations, changed, sendInvitation, now }: PeopleOptions) {
  return {
    list: (account: string): Promise<{ users: User[]; teams: Team[] }> => db.read('list people', 3_000, async (tx) => {
      const [users, teams] = await Promise.all([tx.all(statements.selectUsers(account)), tx.all(statements.selectTeams(account))])
      return { users, teams }
    }),

    /** Idempotent by id. @throws Refusal `taken`, also when the address belongs to a user of another account; `id_reused` */
    async invite(session: Session, user: Pick<User, 'id' | 'name' | 'email' | 'role'>): Promise<User> {
      const { account, actor } = session
      const { made, isNew } = await db.tx('invite', 5_000, async (tx) => {
        const made = await tx.maybe(statements.insertUser(account, user))
        if (!made) return { made: await tx.one(statements.selectUser(account, user.id)), isNew: false }
        const secret = await makeInvitation(tx, account, user.id)
        await sendInvitation(tx, { account, user: user.id, to: user.email, name: user.name, secret, invitedBy: actor, isMember: false })
        return { made, isNew: true }
      }).catch(refuseOn({ users_email: emailTaken }))
      if (!isNew && (made.email !== user.email || made.name !== user.name || made.role !== user.role)) throw new Refusal('id_reused')
      if (isNew) await changed(account, actor, 'people', user.id)
      return made
    },

    /**
     * Ends the tickets of a user whose rights changed, and the sessions of one who was deactivated.
     * @throws Refusal `not_found`; `invalid` when nobody would be left to administer
     */
    async change({ account, actor }: Session, id: string, to: { name?: string; role?: User['role']; active?: boolean; seesPhones?: boolean }): Promise<User> {
      const { user, revokedAtMs } = await db.tx('change user', 5_000, async (tx) => {
        await tx.run(statements.lockAccount(account))
        const before = await tx.maybe(statements.selectUser(account, id))
        if (!before) throw new Refusal('not_found')
        const user = await tx.one(statements.updateUser(account, id, { name: to.name ?? null, role: to.role ?? null, active: to.active ?? null, seesPhones: to.seesPhones ?? null }))
        if ((await tx.one(statements.countAdmins(account))).count === 0) throw new Refusal('invalid', lastAdmin)
        if (user.role === before.role && user.active === before.active && user.seesPhones === before.seesPhones) return { user, revokedAtMs: undefined }
        const revokedAtMs = now()   // after the row is locked: see userForTicket
        await tx.run(insertRevocation(account, `user:${id}`, revokedAtMs))
        if (!user.active) await tx.run(deleteSessionsOf(account, id))
        return { user, revokedAtMs }
      })
      if (revokedAtMs !== undefined) revocations.apply(account, `user:${id}`, revokedAtMs)
      await changed(account, actor, 'people', id)
      return user
    },

    /** Another link by mail, also for oneself. @throws Refusal `not_found`, also for somebody who was deactivated: the link would open nothing */
    async renewLink({ account, actor }: Session, id: string): Promise<void> {
      await db.tx('renew link', 5_000, async (tx) => {
        const user = await tx.maybe(statements.selectUserForLink(account, id))
        if (!user) throw new Refusal('not_found')
        const secret = await makeInvitation(tx, account, id)
        await sendInvitation(tx, { account, user: id, to: user.email, name: user.name, secret, invitedBy: actor, isMember: user.isMember })
      })
    },

    /** @throws Refusal `taken` (the name), `invalid` (a member who is not of this account) */
    async saveTeam({ account, actor }: Session, team: Team): Promise<Team> {
      const members = [...new Set(team.members)].sort()
      await db.tx('save team', 5_000, async (tx) => {
        await tx.run(statements.upsertTeam(account, team.id, team.name))
        await tx.run(statements.removeOtherMembers(account, team.id, members))
        await tx.run(statements.addMembers(account, team.id, members))
      }).catch(refuseOn({
        teams_account_id_name_key: ['taken', 'Another team has this name.'],
        team_members_account_id_user_id_fkey: ['invalid', '`members` in the body names somebody who is not here.'],
      }))
      await changed(account, actor, 'teams', team.id)
      return { ...team, members }
    },
  }
}
