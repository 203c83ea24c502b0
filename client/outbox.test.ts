import { describe, expect, it } from 'vitest'
import type { Ack, Command } from '#contract/commands.ts'
import type { Entry } from '#contract/entries.ts'
import { scheduler } from '#test/simulation/scheduler.ts'
import { newId } from './id.ts'
import { memoryOutbox } from './outbox-memory.ts'
import { outbox, type Refused } from './outbox.ts'
import type { Kept, OutboxStore } from './outbox-store.ts'

const day = 24 * 3600_000
const startMs = Date.UTC(2026, 0, 5)
const a = 'conversation:a', b = 'conversation:b'
const say = (topic: string, text: string) => ({ type: 'message.send' as const, topic, body: { text } })

/** An outbox with its network in the test's hand. */
async function desk(store: OutboxStore = memoryOutbox(), time = scheduler(startMs)) {
  const sent: Command[] = []
  const box = outbox({
    store, random: () => 0.5, clock: { now: () => time.now(), after: (ms, fn) => time.after(ms, fn) },
    send: (command) => {
      if (JSON.stringify(command).length > 100_000) return 'too_large'
      sent.push(command)
      return 'sent'
    },
    renew: async () => { await time.sleep(10) }, changed: () => {},
  })
  await time.run(time.now() + 1)
  const welcome = (epoch: string, settled: Ack[] = []) => box.welcomed({ type: 'welcome', version: 1, connection: '', node: '', build: '', epoch, now: '', heartbeatMs: 10_000, windowMs: 1000, joined: [], settled, unknown: [] })
  const ack = (id: string, state: 'stored' | 'kept' = 'stored', topic = a): Ack => ({ id, state, topic, at: '2026-01-05T00:00:00.000Z' })
  const texts = (): string[] => sent.splice(0).map((c) => (c.body as { text: string }).text)
  return { box, time, sent, texts, welcome, ack, wait: (ms: number) => time.run(time.now() + ms) }
}

describe('the outbox', () => {
  it('[OR3] has one command of a topic under way, and does not let topics wait for each other', async () => {
    const { box, texts, welcome, ack } = await desk()
    const first = box.add(say(a, '1'))
    box.add(say(a, '2'))
    box.add(say(b, '3'))
    expect(texts()).toEqual([])
    welcome('x')
    expect(texts()).toEqual(['1', '3'])
    box.acked(ack(first.id))
    expect(texts()).toEqual(['2'])
    await expect(first.stored).resolves.toMatchObject({ id: first.id })
  })

  it('[PR11] takes an own entry for its acknowledgement', async () => {
    const { box, texts, welcome } = await desk()
    welcome('x')
    const first = box.add(say(a, '1'))
    box.add(say(a, '2'))
    const entry = (id: string, offset: number): Entry => ({ topic: a, offset, id, type: 'message.sent', actor: 'user:u', at: '2026-01-05T00:00:00.000Z', body: { text: 'x' } })
    box.heard([entry(newId(), 7), entry(first.id, 8)])
    expect(texts()).toEqual(['1', '2'])
    await expect(first.stored).resolves.toEqual({ id: first.id, state: 'stored', topic: a, offset: 8, at: '2026-01-05T00:00:00.000Z' })
    expect(box.counts().pending).toBe(1)
  })

  it('goes on after `kept`, keeps it, and asks for it again on the next connection unless that knows it', async () => {
    const { box, texts, welcome, ack } = await desk()
    welcome('x')
    const first = box.add(say(a, '1'))
    box.add(say(a, '2'))
    box.acked(ack(first.id, 'kept'))
    expect(texts()).toEqual(['1', '2'])
    expect(box.view.list().map((c) => c.state)).toEqual(['kept', 'pending'])
    box.lost()
    expect(box.inflight()[0]).toBe(first.id)
    welcome('x', [ack(first.id, 'kept')])
    expect(texts()).toEqual(['2'])
    box.lost()
    welcome('x')
    expect(texts()).toEqual(['1'])
  })

  it('fails what is refused for good, goes on with the rest, and sends it again when asked', async () => {
    const { box, texts, welcome, ack } = await desk()
    welcome('x')
    const bad = box.add(say(a, ' ')), good = box.add(say(a, '2'))
    box.refused({ type: 'refused', id: bad.id, code: 'blank_message', message: 'Nothing in it.' })
    await expect(bad.stored).rejects.toMatchObject({ code: 'blank_message' } satisfies Partial<Refused>)
    expect(texts()).toEqual([' ', '2'])
    expect(box.view.list(a)).toMatchObject([{ state: 'failed', code: 'blank_message', message: 'Nothing in it.' }, { state: 'pending' }])
    expect(box.counts()).toMatchObject({ pending: 1, failed: 1 })
    box.view.retry(bad.id)
    expect(box.view.list(a).map((c) => c.id)).toEqual([good.id, bad.id])
    expect(box.view.list(a)[1]).not.toHaveProperty('code')
    box.acked(ack(good.id))
    expect(texts()).toEqual([' '])
    box.view.discard(bad.id)
    expect(box.view.list()).toEqual([])
  })

  it('holds the topic while its first one has to wait, and waits no shorter than told', async () => {
    const { box, texts, welcome, wait } = await desk()
    welcome('x')
    const first = box.add(say(a, '1'))
    box.add(say(a, '2'))
    box.refused({ type: 'refused', id: first.id, code: 'overloaded', message: '', retryAfterMs: 4000 })
    expect(texts()).toEqual(['1'])
    await wait(3999)
    expect(texts()).toEqual([])
    await wait(2001)
    expect(texts()).toEqual(['1'])
  })

  it('repeats at the pace of its budget, however often it is refused', async () => {
    const { box, texts, welcome, wait } = await desk()
    welcome('x')
    const { id } = box.add(say(a, '1'))
    for (let i = 0; i < 600; i++) {
      box.refused({ type: 'refused', id, code: 'overloaded', message: '', retryAfterMs: 1 })
      await wait(1000)
    }
    expect(texts().length).toBeLessThan(70)
  })

  it('gets a new ticket first when the old one is refused', async () => {
    const { box, texts, welcome, wait } = await desk()
    welcome('x')
    const { id } = box.add(say(a, '1'))
    box.refused({ type: 'refused', id, code: 'unauthenticated', message: '' })
    await wait(11)
    expect(texts()).toEqual(['1', '1'])
  })

  it('asks again when a living connection gives no answer', async () => {
    const { box, texts, welcome, wait } = await desk()
    welcome('x')
    box.add(say(a, '1'))
    await wait(10_000)
    box.beat()
    await wait(15_000)
    expect(texts()).toEqual(['1'])
    box.beat()
    await wait(1)
    expect(texts()).toEqual(['1'])
  })

  it('does not send what cannot fit, and does not let it stop the others', async () => {
    const { box, texts, welcome } = await desk()
    welcome('x')
    box.add(say(a, 'x'.repeat(100_001)))
    box.add(say(a, '2'))
    expect(texts()).toEqual(['2'])
    expect(box.view.list()[0]).toMatchObject({ state: 'failed', code: 'too_large' })
  })

  it('[RS5] offers again what it stored in a topic of which the journal lacks something', async () => {
    const { box, texts, welcome, ack } = await desk()
    welcome('x')
    for (const topic of [a, b]) {
      const { id } = box.add(say(topic, `in ${topic}`))
      box.acked(ack(id, 'stored', topic))
    }
    texts()
    box.offerAgain(a)
    expect(texts()).toEqual([`in ${a}`])
  })

  it('[RS5] offers again what it stored in a history that is gone, for seven days', async () => {
    const store = memoryOutbox()
    const { box, texts, welcome, ack, wait } = await desk(store)
    welcome('x')
    const old = box.add(say(a, 'old'))
    box.acked(ack(old.id))
    await wait(8 * day)
    const first = box.add(say(a, '1')), second = box.add(say(a, '2'))
    box.acked(ack(first.id))
    box.acked(ack(second.id))
    const third = box.add(say(a, '3'))
    texts()
    box.lost()
    welcome('y')
    expect(box.view.list().map((c) => c.id)).toEqual([first.id, second.id, third.id])
    box.acked(ack(first.id))
    expect(texts()).toEqual(['1', '2'])
    box.lost()
    welcome('y')
    expect(texts()).toEqual(['2'])
  })

  it('[RS5] does not bother a person with a turn of last week that is out of place by now', async () => {
    const { box, welcome, ack } = await desk()
    welcome('x')
    const close = box.add({ type: 'conversation.close', topic: a, body: {} }), words = box.add(say(a, 'words'))
    box.acked(ack(close.id))
    box.acked(ack(words.id))
    box.seen('y')
    for (const { id } of [close, words]) box.refused({ type: 'refused', id, code: 'already_closed', message: '' })
    expect(box.view.list()).toMatchObject([{ id: words.id, state: 'failed' }])
  })

  it('goes on from the store of an earlier page, in order, before anything new', async () => {
    const store = memoryOutbox()
    const earlier = await desk(store)
    earlier.box.add(say(a, '1'))
    earlier.box.add(say(a, '2'))
    const { box, texts, welcome, ack } = await desk(store, scheduler(startMs - day))
    welcome('x')
    box.add(say(a, '3'))
    for (const { id } of box.view.list()) box.acked(ack(id))
    expect(texts()).toEqual(['1', '2', '3'])
  })

  it('sends what an earlier page left, even when the store opens very late', async () => {
    const left: Kept = { id: 'left', type: 'message.send', topic: b, body: { text: 'left' }, order: 1, madeAtMs: 1, state: 'pending' }
    const time = scheduler(startMs)
    const { box, texts, welcome, wait } = await desk({ ...memoryOutbox(), open: async () => { await time.sleep(30_000); return [left] } }, time)
    welcome('x')
    box.add(say(a, 'new'))
    await wait(2000)
    expect(texts()).toEqual(['new'])
    await wait(30_000)
    expect(texts()).toEqual(['left'])
  })

  it('takes over what another tab left, unless it has it already', async () => {
    let adopt: (commands: readonly Kept[]) => void = () => {}
    const { texts, welcome } = await desk({ ...memoryOutbox(), open: (fn) => { adopt = fn; return [] } })
    welcome('x')
    const left: Kept = { id: 'left', type: 'message.send', topic: b, body: { text: 'left' }, order: 1, madeAtMs: 1, state: 'pending' }
    adopt([left])
    adopt([left])
    expect(texts()).toEqual(['left'])
  })

  it.each<[string, Partial<OutboxStore>]>([
    ['is full', { put: () => Promise.reject(new Error('QuotaExceededError')) }],
    ['throws', { put: () => { throw new Error('no') } }],
    ['does not answer', { put: () => new Promise(() => {}), open: () => new Promise(() => {}) }],
    ['does not open', { open: () => Promise.reject(new Error('no')) }],
  ])('[P9] sends all the same when the storage %s, and says that it is not kept', async (_, broken) => {
    const { box, texts, welcome, wait } = await desk({ ...memoryOutbox(), ...broken })
    welcome('x')
    box.add(say(a, '1'))
    expect(box.view.list()).toHaveLength(1)
    await wait(2001)
    expect(texts()).toEqual(['1'])
    if (broken.put) expect(box.counts().isFailing).toBe(true)
  })

  it('keeps what it has when it is closed, and says so to whoever waits', async () => {
    const store = memoryOutbox()
    const { box } = await desk(store)
    const { stored } = box.add(say(a, '1'))
    box.close()
    await expect(stored).rejects.toMatchObject({ code: 'closed' })
    expect(await store.open(() => {})).toHaveLength(1)
  })
})
