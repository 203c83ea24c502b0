/** Listens in on a line: every acknowledgement (of a terse client that is the entry of what it sent here, PR11), and whether the server itself keeps order there, which the client would mend in silence. */
import type { ClientFrame, Join, Joined, ServerFrame } from '#contract/frames.ts'
import { errorKinds } from '#contract/errors.ts'
import type { Recorded } from '#drills/checker/history.ts'
import type { Line } from './network.ts'
import type { Actor } from './node.ts'
import { seenOf } from './person.ts'

interface Options {
  line: Line
  name: string
  actor: Actor
  node: string
  record: (event: Recorded) => void
  /** The mark under which a command was asked for. */
  markOf: (id: string) => string
  /** A command is on the line. */
  carried: (id: string) => void
  defect: (error: unknown, what: string) => void
}

export function witness({ line, name, actor, node, record, markOf, carried, defect }: Options): void {
  const view = actor.startsWith('user:') ? 'inside' : 'contact'
  const asked = new Map<string, Join>()
  const joinedTopics = new Set<string>()
  const sent = new Set<string>()
  let isTerse = false
  const about = (topic: string) => ({ by: actor, observer: name, view, topic, via: node })

  function left(topic: string): void {
    if (joinedTopics.delete(topic)) record({ type: 'left', observer: name, topic })
  }
  function joined(answer: Joined): void {
    const { topic } = answer
    if (answer.how === 'refused') return left(topic)
    const { epoch, head } = answer
    left(topic)
    joinedTopics.add(topic)
    const entries = seenOf(answer.entries)
    if (answer.how === 'fresh') record({ type: 'fresh', ...about(topic), epoch, head, entries })
    else record({ type: 'resumed', ...about(topic), epoch, from: asked.get(topic)?.offset ?? -1, entries })
  }

  line.onSent = (text) => {
    for (const frame of JSON.parse(text) as ClientFrame[]) {
      const joins = frame.type === 'hello' ? frame.joins : frame.type === 'join' ? [frame] : []
      for (const join of joins) {
        asked.set(join.topic, join)
        record({ type: 'joining', by: actor, observer: name, topic: join.topic, via: node })
      }
      if (frame.type === 'leave') left(frame.topic)
      if (frame.type === 'hello') for (const id of frame.inflight) sent.add(id)   // on an earlier line
      if (frame.type === 'terse') isTerse = true
      if (frame.type === 'command') { sent.add(frame.id); carried(frame.id) }
    }
  }
  line.onHeard = (text) => {
    let frames: ServerFrame[]
    try { frames = JSON.parse(text) as ServerFrame[] } catch (error) { defect(error, `a message that is no JSON: ${text}`); return }
    for (const frame of frames) {
      const heard = frame.type === 'entries' || frame.type === 'joined' && frame.how !== 'refused' ? frame.entries : []
      const acks = frame.type === 'ack' ? [frame] : frame.type === 'welcome' ? frame.settled : isTerse ? heard.filter(({ id }) => sent.has(id)) : []
      for (const { id, topic, offset } of acks) record({ type: 'acked', by: actor, topic, id, offset: offset ?? -1, via: node })
      if (frame.type === 'welcome') for (const answer of frame.joined) joined(answer)
      else if (frame.type === 'joined') joined(frame)
      else if (frame.type === 'entries') { if (joinedTopics.has(frame.topic)) record({ type: 'entries', ...about(frame.topic), entries: seenOf(frame.entries) }) }
      else if (frame.type === 'rejoin') left(frame.topic)
      else if (frame.type === 'refused') record({ type: 'refused', by: actor, topic: '', id: frame.id, mark: markOf(frame.id), code: frame.code, isFinal: errorKinds[frame.code].retry === 'never' })
    }
  }
  line.onCut = () => { for (const topic of joinedTopics) left(topic) }
}
