/** What each frame is for, in words, for the API's page. The types are in frames.ts; the compiler holds the two lists together. */
import type { ClientFrame, ServerFrame } from './frames.ts'

export const clientFrameTexts: { readonly [T in ClientFrame['type']]: string } = {
  hello: 'The first frame. `token`: a ticket or an API token. `joins`: topics with the position you have, or none. ' +
    '`inflight`: ids of commands that got no answer.',
  terse: 'Sent after `hello`: of what you store in topics that you follow you get no `ack`. The entry with your command’s `id` is the answer.',
  join: 'Follow a topic. With `epoch` and `offset` it continues behind them; without, it starts with the newest entries.',
  leave: 'Stop following a topic.',
  watch: 'Follow a view: a summary that is pushed whole or in part whenever it changes.',
  unwatch: 'Stop following a view.',
  command: 'Ask for a change. `command` is its type, `topic` where it belongs, `id` made by you: repeat it with the same id until it is answered.',
  mark: 'Everything up to `offset` was delivered to you, or read by you.',
  typing: 'You are writing. A hint; at most every 3 s.',
  presence: 'Whether you are there.',
  renew: 'A new token before the old one expires.',
  beat: 'The answer to a `beat`, when you have nothing else to say.',
}

/** `fields`: besides `type`. */
export const serverFrameTexts: { readonly [T in ServerFrame['type']]: { readonly fields: string; readonly text: string } } = {
  welcome: {
    fields: 'version, connection, node, build, epoch, now, heartbeatMs, windowMs, joined, settled, unknown',
    text: 'The answer to `hello`. `settled`: commands in flight that are stored; `unknown`: those that are not, so send them again. ' +
      '`windowMs`: if the connection breaks, come back at a random moment within it. 0 only in a drill: come back at once, and then every second.',
  },
  joined: {
    fields: 'topic, how, epoch, head, entries, marks',
    text: '`resumed`: the entries continue your position without a gap. `fresh`: forget what you had. `refused`: with a code of the catalogue.',
  },
  entries: { fields: 'topic, entries', text: 'New entries of a topic, in order, each offset once.' },
  kept: {
    fields: 'of, entries, gone, whole',
    text: 'Messages and notes in the topic `of` that the server keeps on its disk while the database is away: to be shown as provisional. They have no offset; ' +
      'an entry with the same id replaces each. `gone`: ids that will not come after all. `whole`: forget other kept ones of this topic.',
  },
  rejoin: { fields: 'topic', text: 'Join this topic again; it cannot be continued.' },
  ack: {
    fields: 'id, state, topic, offset, at',
    text: 'A command was accepted. `stored`: committed. `kept`: on the server’s disk and on its way; keep it until it is stored.',
  },
  refused: { fields: 'id, code, message, retryAfterMs', text: 'A command was refused. With `retryAfterMs` it may be repeated by then, otherwise never.' },
  marks: { fields: 'topic, contact, agent, mine', text: 'How far each side has received and read.' },
  typing: { fields: 'topic, actor', text: 'Somebody is writing.' },
  view: { fields: 'view, version, body', text: 'A view changed.' },
  beat: { fields: 'heads, windowMs, build', text: 'A heartbeat. `heads`: the newest offset of each joined topic, so that a lost frame is noticed.' },
  wait: { fields: 'afterMs, because', text: 'Come back after this time. A close follows.' },
  error: { fields: 'code, message', text: 'A frame could not be understood or done.' },
}
