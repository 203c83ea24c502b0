/** Who hears of what is kept: followers see it as provisional, and whoever sent it hears what becomes of it. Nobody is shown it as stored before it is (P9). */
import type { KeptEntry } from '#contract/frames.ts'
import type { Outcome } from '#server/kernel/keeping.ts'
import type { Hub } from '#server/realtime/hub.ts'
import type { HouseCommand } from './house-command.ts'

const entryTypes: Readonly<Record<string, KeptEntry['type']>> = { 'message.send': 'message.sent', 'note.add': 'note.added' }

export const keptEntries = (commands: readonly HouseCommand[]): KeptEntry[] => commands.flatMap(({ kind, id, type, actor, at, body }) => {
  const shown = kind === 'command' ? entryTypes[type] : undefined
  return shown && body ? [{ id, type: shown, actor, at, body: body as KeptEntry['body'] }] : []
})

export function tellKept(hub: Hub, command: HouseCommand): void {
  const entries = keptEntries([command])
  if (entries.length > 0) hub.keptChanged(command.account, command.lane, entries)
}

export function tellSettled(hub: Hub, { kind, account, id, lane }: HouseCommand, outcome: Exclude<Outcome, { is: 'away' }>): void {
  if (kind !== 'command') return
  if (outcome.is === 'stored') {
    const { topic, offset, at } = outcome
    hub.settledKept(account, id, (c) => c.send({ type: 'ack', id, state: 'stored', topic, offset, at }))
  } else {
    hub.keptChanged(account, lane, [], [id])
    hub.settledKept(account, id, (c) => c.refuse(id, outcome.refusal))
  }
}
