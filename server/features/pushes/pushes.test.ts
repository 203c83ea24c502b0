import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listDeliveries, retryDelivery } from '#contract/deliveries.ts'
import { changeUser } from '#contract/people.ts'
import { saveHost } from '#contract/places.ts'
import { deletePushSubscription, getPushKey, listPushSubscriptions, savePushSubscription } from '#contract/pushes.ts'
import { checkInVisit, createVisit, getVisit } from '#contract/visits.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { startPushPeer, type PushPeer } from '#test/push-peer.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, kit, lobby, noor, otto } from '#test/world.ts'
import { anywhere, publicOnly } from '#server/http/reach.ts'

let peer: PushPeer, server: TestServer
beforeAll(async () => {
  peer = await startPushPeer()
  server = await startTestServer({ pushReach: anywhere, publicUrl: 'https://desk.lantern.example' })
})
afterAll(async () => {
  await server.close()
  await peer.close()
})
beforeEach(() => { peer.mood = 'accept' })

const subscribe = async (name: string, who = kit) => valueOf(await server.callAs(who)(savePushSubscription, { params: { subscription: newId() }, body: { ...peer.browser(name), device: name } }))
const arrives = async (name: string, { host = kit.id, minutesAgo = 0 }: { host?: string; minutesAgo?: number } = {}): Promise<string> => {
  const visit = newId(), at = new Date(Date.now() - minutesAgo * 60_000).toISOString()
  valueOf(await server.callAs(ada)(createVisit, { body: { id: visit, location: lobby.id, name, host, expectedAt: at } }))
  valueOf(await server.callAs(ada)(checkInVisit, { params: { visit }, body: { id: newId(), at } }))
  return visit
}
const pushesOf = async (name: string) => valueOf(await server.callAs(ada)(listDeliveries, { query: { limit: 200 } })).deliveries.filter((d) => d.channel === 'push' && d.subject.startsWith(name))
const cameTo = (browser: string) => peer.received.filter((r) => r.browser === browser)

describe('a push', () => {
  it('[WP1] tells every browser of the host and of the delegates once, encrypted for it and signed by the house', async () => {
    await subscribe('desktop')
    await subscribe('phone')
    await subscribe('delegate', noor)
    await subscribe('stranger', ada)
    valueOf(await server.callAs(kit)(saveHost, { params: { user: kit.id }, body: { mail: false, delegates: [noor.id] } }))
    const visit = await arrives('Mara Lindqvist')
    await expect.poll(() => peer.received.length).toBe(3)
    const key = valueOf(await server.callAs(kit)(getPushKey, {})).key
    for (const browser of ['desktop', 'phone', 'delegate']) {
      expect(cameTo(browser)).toMatchObject([{ key, audience: peer.url, contact: 'https://desk.lantern.example', urgency: 'high', message: { title: 'Mara Lindqvist is here', path: `/visits/${visit}`, body: expect.stringMatching(/^Mara Lindqvist checked in at Lobby at \d\d:\d\d \(Europe\/Stockholm\)\.$/) } }])
    }
    expect(peer.broken).toEqual([])
    await expect.poll(async () => (await pushesOf('Mara')).map((d) => `${d.to} ${d.state}`).toSorted()).toEqual(['Kit (desktop) sent', 'Kit (phone) sent', 'Noor (delegate) sent'])
    // The host was told, although it wants no mail; and a second arrival of the same visit tells nobody again.
    expect(valueOf(await server.callAs(ada)(getVisit, { params: { visit } })).told).toBe(true)
    valueOf(await server.callAs(ada)(checkInVisit, { params: { visit }, body: { id: newId() } }))
    expect(await pushesOf('Mara')).toHaveLength(3)
  })

  it('[VS4] says the true time when it comes late', async () => {
    await arrives('Lars Late', { minutesAgo: 90 })
    await expect.poll(() => cameTo('phone').at(-1)?.message.body).toMatch(/^Lars Late checked in at Lobby at \d{1,2} \w+ \d{4}, \d\d:\d\d .*this notice comes late/)
  })

  it('[WP2] is tried again after a passing failure, and is dead at once after a refusal', async () => {
    peer.mood = 'later'
    await arrives('Pia Patient')
    await expect.poll(async () => (await pushesOf('Pia')).every((d) => d.state === 'waiting' && d.lastError === '503 in the mood to later')).toBe(true)
    peer.mood = 'accept'
    for (const { id } of await pushesOf('Pia')) valueOf(await server.callAs(ada)(retryDelivery, { params: { delivery: id } }))
    await expect.poll(async () => (await pushesOf('Pia')).map((d) => d.state)).toEqual(['sent', 'sent', 'sent'])
    for (const mood of ['refuse', 'redirect'] as const) {
      peer.mood = mood
      await arrives(`Rita ${mood}`)
      await expect.poll(async () => (await pushesOf(`Rita ${mood}`)).map((d) => d.state)).toEqual(['dead', 'dead', 'dead'])
    }
  })

  it('[WP2] forgets a browser that takes no more, and tells none that was turned off or whose person has left', async () => {
    peer.mood = 'gone'
    await arrives('Gina Gone')
    await expect.poll(async () => (await pushesOf('Gina')).map((d) => d.state)).toEqual(['dead', 'dead', 'dead'])
    expect((await pushesOf('Gina'))[0]?.lastError).toContain('forgotten')
    for (const who of [kit, noor]) expect(valueOf(await server.callAs(who)(listPushSubscriptions, {})).subscriptions).toEqual([])
    peer.mood = 'later'
    const off = await subscribe('turned off')
    await subscribe('has left', noor)
    await arrives('Olof Off')
    await expect.poll(async () => (await pushesOf('Olof')).filter((d) => d.attempts === 1 && d.lastError).length).toBe(2)
    valueOf(await server.callAs(kit)(deletePushSubscription, { params: { subscription: off.id } }))
    valueOf(await server.callAs(ada)(changeUser, { params: { user: noor.id }, body: { active: false } }))
    peer.mood = 'accept'
    const before = peer.received.length
    for (const { id } of await pushesOf('Olof')) valueOf(await server.callAs(ada)(retryDelivery, { params: { delivery: id } }))
    await expect.poll(async () => (await pushesOf('Olof')).map((d) => d.state)).toEqual(['dead', 'dead'])
    expect(peer.received.length).toBe(before)
  })

  it('belongs to whoever signed in on the browser last', async () => {
    const browser = { ...peer.browser('shared'), device: 'shared' }
    for (const who of [ada, kit]) valueOf(await server.callAs(who)(savePushSubscription, { params: { subscription: newId() }, body: browser }))
    const devices = async (who: typeof ada) => valueOf(await server.callAs(who)(listPushSubscriptions, {})).subscriptions.map((s) => s.device)
    expect([(await devices(ada)).includes('shared'), (await devices(kit)).includes('shared')]).toEqual([false, true])
    for (let i = 0; i < 21; i++) await subscribe(`one of many ${i}`, ada)
    expect((await devices(ada)).length).toBe(20)
    expect(await devices(ada)).not.toContain('one of many 0')
    // Another account is another house.
    valueOf(await server.callAs(otto)(savePushSubscription, { params: { subscription: newId() }, body: browser }))
    expect(await devices(kit)).toContain('shared')
  })
})

describe('[WP3] the address of a browser', () => {
  it('must be one that the whole world can reach, by HTTPS', async () => {
    for (const endpoint of ['http://push.example/x', 'https://127.0.0.1/x', 'https://10.0.0.8:5432/x', 'https://192.168.1.1/', 'https://169.254.169.254/latest', 'https://[::1]/', 'https://[fd00::1]/', 'https://[::ffff:10.0.0.1]/', 'https://100.64.0.1/', 'https://0.0.0.0/', 'https://2130706433/', 'https://user:pass@push.example/', 'file:///etc/passwd', 'nonsense']) {
      expect(publicOnly.refuses(endpoint), endpoint).toBeDefined()
    }
    for (const endpoint of ['https://fcm.googleapis.com/fcm/send/abc', 'https://updates.push.services.mozilla.com/wpush/v2/abc', 'https://web.push.apple.com/abc', 'https://8.8.8.8/x', 'https://[2001:4860:4860::8888]/x']) expect(publicOnly.refuses(endpoint), endpoint).toBeUndefined()
  })

  it('is looked at again when its name is resolved', async () => {
    const { error } = await new Promise<{ error: Error | null }>((resolve) => { publicOnly.lookup?.('localhost', { all: true }, (error) => resolve({ error })) })
    expect(error?.message).toContain('localhost is not an address that the whole world can reach')
  })

  it('is refused as soon as it is given', async () => {
    const strict = await startTestServer()
    try {
      const body = { ...peer.browser('inside'), device: '' }
      expect(await strict.callAs(kit)(savePushSubscription, { params: { subscription: newId() }, body })).toMatchObject({ ok: false, code: 'invalid' })
    } finally { await strict.close() }
  })
})
