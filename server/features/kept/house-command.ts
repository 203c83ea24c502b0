/** What the spool holds of this house: messages, notes, new conversations, check-ins and check-outs. */
import type { CommandType } from '#contract/commands.ts'
import type { Actor } from '#contract/ids.ts'
import type { ChannelRef } from '#contract/entries.ts'
import type { KeptCommand } from '#server/kernel/keeping.ts'
import type { Session } from '#server/kernel/session.ts'

/** Who was calling, as the ticket said; judged anew when it is done. */
export interface Claims { readonly actor: Actor; readonly role: Session['role']; readonly subject: string; readonly issuedAtMs: number; readonly hidesPhones?: boolean; readonly channel?: ChannelRef }

export type HouseCommand = KeptCommand & (
  /** `lane` is its topic. */
  | { readonly kind: 'command'; readonly type: CommandType; readonly claims: Claims }
  | { readonly kind: 'visit'; readonly type: 'arrival' | 'departure'; readonly visit: string; /** As the caller said it. */ readonly saidAt?: string; readonly claims: Claims }
  /** `body` is the operation as the kiosk sent it. */
  | { readonly kind: 'operation'; readonly kiosk: string; readonly log: string }
)

/** P10: these are never shed. All else is refused while the database is away. */
export const keptCommands: ReadonlySet<string> = new Set<CommandType>(['conversation.open', 'message.send', 'note.add'])

/** Words alone: its verb writes nothing but the entry, and reads nothing but whose conversation it is, once for all who ask together (access.ts): else they would not stay in their order. Of people inside only where no channel has to carry them. */
export const isPlain = ({ kind, type, actor, account, lane, body }: HouseCommand, isWeb: ((account: string, conversation: string) => boolean) | undefined): boolean =>
  kind === 'command' && (type === 'message.send' || type === 'note.add') && !(body as { attachments?: readonly unknown[] }).attachments?.length
  && (actor.startsWith('contact:') || type === 'note.add' || isWeb?.(account, lane.slice('conversation:'.length)) === true)

export const claimsOf = (session: Session & { issuedAtMs?: number }): Claims => ({
  actor: session.actor, role: session.role, subject: session.subject, issuedAtMs: session.issuedAtMs ?? 0,
  ...(session.hidesPhones && { hidesPhones: true }), ...(session.channel && { channel: session.channel }),
})
export const sessionOf = ({ account, claims }: { account: string; claims: Claims }): Session => {
  const { issuedAtMs: _, ...of } = claims
  return { account, ...of, expiresAtMs: Infinity }
}
