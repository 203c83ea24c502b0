import { useMemo } from 'react'
import type { Attachment } from '#contract/entries.ts'
import type { NewCommand, Pending } from '#client/lodge.ts'
import { tellUndo } from '../shell/notices.ts'
import { moment } from '../times.ts'
import { t } from '../words.ts'
import type { Live } from './live.ts'
import { useLive } from './live-context.ts'
import { peopleQuery } from './queries.ts'
import { sendOrTell } from './send-or-tell.ts'

export interface Verbs {
  close(conversation: string): void
  reopen(conversation: string): void
  snooze(conversation: string, until: Date): void
  /** `team` is left as it is unless given. */
  assign(conversation: string, to: { assignee: string | null; team?: string | null; note?: string }): void
  label(conversation: string, labels: readonly string[]): void
  say(conversation: string, kind: 'reply' | 'note', words: { text: string; attachments: readonly Attachment[]; mentions: readonly string[] }): Pending
  edit(conversation: string, message: string, text: string): void
  /** Cannot be undone by the server, so it is sent when the time to undo is over, or the tab goes. */
  remove(conversation: string, message: string): void
}

export function useVerbs(): Verbs {
  const live = useLive()
  return useMemo(() => verbsOf(live), [live])
}

function verbsOf(live: Live): Verbs {
  const { lodge, rows, threads, session, queries, deletions } = live
  const stateOf = (id: string) => threads.get(id).store.get().conversation ?? rows.store.get().rows.get(id)
  const send = (command: NewCommand): void => sendOrTell(lodge, command)
  const nameOf = (assignee: string | null, team: string | null | undefined): string => {
    const people = queries.getQueryData(peopleQuery(lodge.call).queryKey)
    if (assignee === session.user.id) return t('youObject')
    return people?.users.find((u) => u.id === assignee)?.name ?? people?.teams.find((g) => g.id === team)?.name ?? ''
  }
  const topic = (id: string): string => `conversation:${id}`
  const reopen = (id: string): void => send({ type: 'conversation.reopen', topic: topic(id), body: {} })

  return {
    reopen,
    close(id) {
      send({ type: 'conversation.close', topic: topic(id), body: {} })
      tellUndo(t('didClose'), () => reopen(id))
    },
    snooze(id, until) {
      send({ type: 'conversation.snooze', topic: topic(id), body: { until: until.toISOString() } })
      tellUndo(t('didSnooze', { until: moment(until.toISOString(), Date.now()) }), () => reopen(id))
    },
    assign(id, { assignee, team, note }) {
      const before = stateOf(id)
      const body = { assignee, ...(team !== undefined && { team }), ...(note && { note }) }
      send({ type: 'conversation.assign', topic: topic(id), body: { ...body, ...(before && { expect: before.assignee }) } })
      const undo = (): void => { if (before) send({ type: 'conversation.assign', topic: topic(id), body: { assignee: before.assignee, team: before.team } }) }
      const who = nameOf(assignee, team)
      tellUndo(who ? t('didAssign', { who }) : t('didUnassign'), undo)
    },
    label(id, labels) {
      const before = stateOf(id)?.labels ?? []
      send({ type: 'conversation.label', topic: topic(id), body: { labels: [...labels] } })
      if (labels.length < before.length) tellUndo(t('didRemoveLabel'), () => send({ type: 'conversation.label', topic: topic(id), body: { labels: [...before] } }))
    },
    say(id, kind, { text, attachments, mentions }) {
      const files = attachments.length > 0 ? { attachments: [...attachments] } : {}
      const pending = kind === 'reply'
        ? lodge.send({ type: 'message.send', topic: topic(id), body: { text, ...files } })
        : lodge.send({ type: 'note.add', topic: topic(id), body: { text, ...files, ...(mentions.length > 0 && { mentions: [...mentions] }) } })
      // Refused words stay in the thread, with the reason and "Try again".
      pending.stored.catch(() => {})
      return pending
    },
    edit(id, message, text) { send({ type: 'message.edit', topic: topic(id), body: { message, text } }) },
    remove(id, message) {
      // It goes with the time: an undo that undoes nothing is none.
      const untell = tellUndo(t('didDelete'), () => deletions.spare(message))
      deletions.add(id, message, untell)
    },
  }
}
