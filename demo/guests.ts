/** Guests of the demo who write by themselves, and two colleagues who answer when nobody else does. A process of its own: it uses the SDK over the network like anybody. */
import { setTimeout as sleep } from 'node:timers/promises'
import { openVisitorSession } from '#contract/inboxes.ts'
import { caller } from '#client/call.ts'
import { connect, newId, type Lodge } from '#client/lodge.ts'
import { arrivals } from './arrivals.ts'
import { openings } from './dialogues.ts'
import type { GuestOrders } from './line.ts'

const orders = await new Promise<GuestOrders>((resolve) => process.once('message', (message) => resolve(message as GuestOrders)))
process.on('disconnect', () => process.exit(0))   // whoever started us is gone, or wants us gone

const { url, inbox, tokens, book } = orders
const secondsMs = 1000
const within = (fromMs: number, toMs: number): Promise<void> => sleep(fromMs + Math.random() * (toMs - fromMs))
const colleagues = tokens.map((ticket) => connect({ url, app: 'demo colleague', ticket: async () => ({ ticket, expiresAt: new Date(Date.now() + 9e5).toISOString() }) }))

if (book && tokens[0] !== undefined) void arrivals({ url, token: tokens[0], ...book }).catch(() => {})

/** How long the colleagues leave a question to the person who watches the demo. */
const patienceMs = [12 * secondsMs, 40 * secondsMs] as const

for (let i = Math.floor(Math.random() * openings.length); ; i++) {
  void guest(openings[i % openings.length]!).catch(() => {})
  await within(i === 0 ? 2 * secondsMs : 15 * secondsMs, 45 * secondsMs)
}

async function guest([name, question, answer, thanks]: (typeof openings)[number]): Promise<void> {
  const contact = newId(), secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
  const open = async () => {
    const opened = await caller({ url })(openVisitorSession, { params: { inbox }, body: { contact, secret, name, page: `${url}/guest` } })
    if (!opened.ok) throw new Error(opened.message)
    return opened.value
  }
  await open()
  const visitor = connect({ url, app: 'demo guest', ticket: open })
  const topic = `conversation:${newId()}`
  try {
    visitor.send({ type: 'conversation.open', topic, body: { inbox, page: `${url}/guest` } })
    await type(visitor, topic, question)
    const answered = replies(visitor, topic)
    const colleague = colleagues[Math.floor(Math.random() * colleagues.length)]
    await Promise.race([answered.next, within(...patienceMs)])
    if (answered.count === 0 && colleague) {
      colleague.join(topic, { fresh() {}, entries() {} })
      await type(colleague, topic, answer)
    }
    await Promise.race([answered.next, sleep(10 * 60 * secondsMs)])
    await within(4 * secondsMs, 12 * secondsMs)
    visitor.mark(topic, { read: answered.head })
    await type(visitor, topic, thanks)
    await within(60 * secondsMs, 120 * secondsMs)
    if (colleague && answered.byColleague) await colleague.send({ type: 'conversation.close', topic, body: {} }).stored.catch(() => {})
  } finally {
    visitor.close()
  }

  function replies(lodge: Lodge, of: string) {
    const state = { count: 0, head: 0, byColleague: false, next: Promise.resolve() }
    state.next = new Promise((resolve) => {
      lodge.join(of, {
        fresh() {},
        entries(list) {
          for (const entry of list) {
            state.head = entry.offset
            if (entry.type !== 'message.sent' || !entry.actor.startsWith('user:')) continue
            state.count++
            if (entry.body?.text === answer) state.byColleague = true
            resolve()
          }
        },
      })
    })
    return state
  }
}

/** As a person does: typing is seen first. */
async function type(lodge: Lodge, topic: string, text: string): Promise<void> {
  for (const untilMs = Date.now() + Math.min(6000, 900 + text.length * 45); Date.now() < untilMs; await sleep(900)) lodge.typing(topic)
  lodge.send({ type: 'message.send', topic, body: { text } })
}
