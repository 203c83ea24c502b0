/** What colleagues are told of, each by one way: in the console of one who is there, in a browser of one who is not, by mail to whoever has none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandBody, CommandType } from '#contract/commands.ts'
import { eraseContact } from '#contract/contacts.ts'
import { sendTranscript } from '#contract/conversations.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import type { ColleagueNotice, NoticesView } from '#contract/people.ts'
import { savePushSubscription } from '#contract/pushes.ts'
import { valueOf } from '#client/call.ts'
import { newId, type NewCommand } from '#client/lodge.ts'
import { startTestServer, type Somebody, type TestServer } from '#test/server.ts'
import { ada, kit, mara, noor, website } from '#test/world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

/** And gone again: whoever has a socket is there. */
async function run<T extends CommandType>(who: Somebody, topic: string, type: T, body: CommandBody<T>): Promise<void> {
  const lodge = server.connectAs(who)
  await lodge.send({ id: newId(), type, topic, body } as NewCommand).stored
  lodge.close()
}
const isGone = (who: Somebody): Promise<void> => expect.poll(() => server.app.hub.present(ada.account)[who.id]).toBeUndefined() as Promise<void>
async function begin(): Promise<{ conversation: string; topic: string }> {
  const conversation = newId(), topic = `conversation:${conversation}`
  await run(mara, topic, 'conversation.open', { inbox: website.id })
  await run(mara, topic, 'message.send', { text: 'My room is 117.' })
  return { conversation, topic }
}
const deliveries = async () => {
  await server.app.feed.settled()
  return valueOf(await server.callAs(ada)(listDeliveries, { query: {} })).deliveries
}
const known = new Set<string>()
/** Since it was asked last: where each went. */
const told = async () => (await deliveries()).filter(({ id }) => !known.has(id)).map(({ id, channel, to, subject }) => { known.add(id); return { channel, to, subject } })
function console(who: Somebody & { id: string }, of = who) {
  const heard: ColleagueNotice[] = [], opened = Promise.withResolvers<void>()
  const lodge = server.connectAs(who)
  lodge.watch(`notices:${of.id}`, (body) => {
    const { notice } = body as NoticesView
    if (notice) heard.push(notice)
    opened.resolve()
  })
  return { heard, opened: opened.promise, close: () => { lodge.close() } }
}

describe('[CV9] a colleague', () => {
  it('who is mentioned in a note is told by mail when nobody is there, once, and nobody tells themselves', async () => {
    const { topic } = await begin()
    await run(ada, topic, 'note.add', { text: 'Can you take this, @Kit and @Ada?', mentions: [kit.id, ada.id] })
    expect(await told()).toEqual([{ channel: 'mail', to: kit.email, subject: `Ada mentioned you: ${mara.name}` }])
  })

  it('who is there is told in the console, and by nothing else; nobody else hears it', async () => {
    const { conversation, topic } = await begin()
    const desk = console(kit), other = console(noor, kit)
    await desk.opened
    await run(ada, topic, 'conversation.assign', { assignee: kit.id, note: 'She asked for you.' })
    await expect.poll(() => desk.heard).toMatchObject([{ what: 'assigned', conversation, by: 'Ada', contact: mara.name, text: 'She asked for you.' }])
    await run(kit, topic, 'conversation.assign', { assignee: kit.id })   // took it
    expect(await told()).toEqual([])
    expect([desk.heard.length, other.heard]).toEqual([1, []])
    desk.close()
    other.close()
  })

  it('who has a browser for it is told there instead of by mail', async () => {
    await isGone(noor)
    valueOf(await server.callAs(noor)(savePushSubscription, { params: { subscription: newId() }, body: { endpoint: 'https://push.example/noor', p256dh: 'p'.repeat(87), auth: 'a'.repeat(22), device: 'Phone' } }))
    const { topic } = await begin()
    await run(ada, topic, 'note.add', { text: 'See above, @Noor', mentions: [noor.id] })
    expect(await told()).toMatchObject([{ channel: 'push', subject: `Ada mentioned you: ${mara.name}` }])
  })
})

it('[RD2] what colleagues were told of a person goes with the person, a transcript that went to somebody else as well', async () => {
  await isGone(kit)
  const { conversation, topic } = await begin()
  await run(ada, topic, 'note.add', { text: 'She is in 117, @Kit', mentions: [kit.id] })
  valueOf(await server.callAs(ada)(sendTranscript, { params: { conversation }, body: { id: newId(), to: 'office@elsewhere.example' } }))
  expect((await deliveries()).filter((d) => d.text.includes('117')).map((d) => d.to).sort()).toEqual(['kit@lantern.example', 'office@elsewhere.example'])
  valueOf(await server.callAs(ada)(eraseContact, { params: { contact: mara.id } }))
  expect((await deliveries()).filter((d) => d.text.includes('117') || d.subject.includes(mara.name))).toEqual([])
})
