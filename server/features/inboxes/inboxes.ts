import type { Canned, Door, Inbox, Invitation } from '#contract/inboxes.ts'
import type { Db } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import * as statements from './inboxes.sql.ts'
import { toOrigin } from './origins.ts'

export interface InboxOptions {
  db: Db
  changed: Changed
  /** Ids of the users of an account who are there now. */
  online: (account: string) => readonly string[]
}
/** An omitted field stays as it is. */
export type InboxChange = Pick<Inbox, 'name'> & { [K in keyof Omit<Inbox, 'id' | 'name'>]?: Inbox[K] }

export function inboxes({ db, changed, online }: InboxOptions) {
  return {
    list: (account: string): Promise<Inbox[]> => db.read('list inboxes', 3_000, (tx) => tx.all(statements.selectInboxes(account))),

    /** @throws Refusal `not_found` when the id belongs to another account's inbox */
    async save({ account, actor }: Session, id: string, to: InboxChange): Promise<Inbox> {
      const { name, greeting = null, replyTime = null, side = null, offsetPx = null, language = null } = to
      const origins = to.origins ? [...new Set(to.origins.map(toOrigin))] : null
      const change = { id, name, greeting, replyTime, origins, side, offsetPx, language }
      const inbox = await db.read('save inbox', 3_000, (tx) => tx.one(statements.upsertInbox(account, change))).catch(refuseOn({ inboxes_id: ['not_found'] }))
      await changed(account, actor, 'inboxes', id)
      return inbox
    },

    /** What the messenger needs before a conversation: body of the view `door:<inbox>`. @throws Refusal `not_found` */
    async door(account: string, inbox: string): Promise<Door> {
      const found = await db.read('door', 3_000, (tx) => tx.maybe(statements.selectDoor(account, inbox, online(account))))
      if (!found) throw new Refusal('not_found')
      const { account: accountName, online: there, invitations, ...rest } = found
      return { inbox: rest, account: accountName, online: there, invitations }
    },

    listCanned: (account: string): Promise<Canned[]> => db.read('list canned answers', 3_000, (tx) => tx.all(statements.selectCanned(account))),

    /** @throws Refusal `taken`: another answer has the shortcut */
    async saveCanned({ account, actor }: Session, canned: Canned): Promise<Canned> {
      await db.read('save canned answer', 3_000, (tx) => tx.run(statements.upsertCanned(account, canned)))
        .catch(refuseOn({ canned_account_id_shortcut_key: ['taken', `Another canned answer has the shortcut /${canned.shortcut}.`] }))
      await changed(account, actor, 'canned', canned.id)
      return canned
    },

    /** @throws Refusal `not_found` */
    async deleteCanned({ account, actor }: Session, id: string): Promise<void> {
      const deleted = await db.read('delete canned answer', 3_000, (tx) => tx.run(statements.deleteCanned(account, id)))
      if (deleted === 0) throw new Refusal('not_found')
      await changed(account, actor, 'canned', id)
    },

    listInvitations: (account: string): Promise<Invitation[]> => db.read('list invitations', 3_000, (tx) => tx.all(statements.selectInvitations(account))),

    /** @throws Refusal `not_found`: no such inbox */
    async saveInvitation({ account, actor }: Session, invitation: Invitation): Promise<Invitation> {
      await db.read('save invitation', 3_000, (tx) => tx.run(statements.upsertInvitation(account, invitation)))
        .catch(refuseOn({ invitations_account_id_inbox_id_fkey: ['not_found', 'There is no such inbox.'] }))
      await changed(account, actor, 'invitations', invitation.id)
      return invitation
    },
  }
}
export type Inboxes = ReturnType<typeof inboxes>
