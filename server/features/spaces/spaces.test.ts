import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import { leastMs } from '#test/least.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, kit, lobby } from '#test/world.ts'
import { redraw } from './drawing.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

const admin = () => server.callAs(ada)
const floor = async (name = 'Ground floor'): Promise<contract.Floor> => value(admin()(contract.saveFloor, { params: { floor: newId() }, body: { location: lobby.id, name } }))
const desk = (more: object = {}) => ({ name: 'Desk 1', kind: 'desk' as const, ...more })
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const drawing = (inside: string, attributes = ''): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" ${attributes}>${inside}</svg>`

describe('floors and spaces', () => {
  it('[BK14] stand at a location, and change field by field', async () => {
    const ground = await floor()
    const made = await value(admin()(contract.saveSpace, { params: { space: newId() }, body: { floor: ground.id, ...desk({ capacity: 4, equipment: ['screen'], position: { x: 0.25, y: 0.5 } }) } }))
    expect(made).toMatchObject({ location: lobby.id, capacity: 4, equipment: ['screen'], position: { x: 0.25, y: 0.5 }, bookable: true, checkIn: null, panel: 'none' })
    const moved = await value(admin()(contract.placeSpace, { params: { space: made.id }, body: { position: { x: 1, y: 0 } } }))
    expect(moved).toEqual({ ...made, position: { x: 1, y: 0 } })
    const renamed = await value(admin()(contract.saveSpace, { params: { space: made.id }, body: { floor: ground.id, ...desk({ name: ' Desk 2 ', active: false }) } }))
    expect(renamed).toEqual({ ...moved, name: 'Desk 2', active: false })
    expect((await value(server.callAs(kit)(contract.listSpaces, { query: { floor: ground.id } }))).spaces).toEqual([])
    expect((await value(server.callAs(kit)(contract.listSpaces, { query: { floor: ground.id, inactive: true } }))).spaces).toEqual([renamed])
    expect(await server.callAs(kit)(contract.placeSpace, { params: { space: made.id }, body: { position: null } })).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await admin()(contract.saveSpace, { params: { space: newId() }, body: { floor: newId(), ...desk() } })).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('sorts by the numbers in names', async () => {
    const { id } = await floor('Numbers')
    for (const name of ['Desk 10', 'Desk 2', 'Attic', 'desk 1']) await value(admin()(contract.saveSpace, { params: { space: newId() }, body: { floor: id, ...desk({ name }) } }))
    expect((await value(admin()(contract.listSpaces, { query: { floor: id } }))).spaces.map((s) => s.name)).toEqual(['Attic', 'desk 1', 'Desk 2', 'Desk 10'])
  })

  it('[BK8] refuse a check-in window that would release everybody', async () => {
    const { id } = await floor('Policies')
    const save = (checkIn: contract.CheckInPolicy) => admin()(contract.saveSpace, { params: { space: newId() }, body: { floor: id, ...desk({ checkIn }) } })
    expect(await save({ opensBeforeMinutes: 15, releasesAfterMinutes: 4, wholeDayUntil: '12:00' })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await save({ opensBeforeMinutes: 15, releasesAfterMinutes: 15, wholeDayUntil: '08:00' })).toMatchObject({ ok: false, code: 'invalid', message: expect.stringContaining('08:00') })
    expect(await save({ opensBeforeMinutes: 0, releasesAfterMinutes: 5, wholeDayUntil: '08:01' })).toMatchObject({ ok: true })
  })
})

describe('the plan of a floor', () => {
  const keep = async (text: string) => {
    const { id } = await floor('Plan')
    return { id, outcome: await admin()(contract.saveFloorPlan, { params: { floor: id }, body: { base64: base64(text) } }) }
  }
  it('[BK15] is drawn anew: what runs or loads is left out', async () => {
    const { id, outcome } = await keep(drawing(`<script>alert(1)</script><rect width="10" height="10" onload="alert(2)" fill="url(#g)"/><a href="javascript:alert(3)"><text>Link</text></a>
      <foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(4)"/></body></foreignObject><image href="https://evil.example/x.png" width="5" height="5"/><use href="https://evil.example/#x"/><use href="#ok"/>
      <style>.a{fill:red} @import url(https://evil.example/a.css);</style><style>.b{fill:blue}</style><text>Room &lt;1&gt;</text><animate attributeName="href" to="javascript:alert(5)"/><set attributeName="onload" to="alert(6)"/>`, 'onload="alert(0)"'))
    expect(outcome).toMatchObject({ ok: true, value: { plan: { mediaType: 'image/svg+xml', widthPx: 400, heightPx: 300 } } })
    const plan = await value(server.callAs(kit)(contract.getFloorPlan, { params: { floor: id } }))
    const text = Buffer.from(plan.base64, 'base64').toString()
    expect(text).not.toMatch(/script|alert|onload|evil|foreignObject|animate|<set|@import/i)
    expect(text).toContain('fill="url(#g)"')
    expect(text).toContain('<use href="#ok">')
    expect(text).toContain('<style>.b{fill:blue}</style>')
    expect(text).toContain('Room &#60;1&#62;')
    expect(redraw(text).text).toBe(text)   // once drawn anew it stays as it is
    const gone = await value(admin()(contract.removeFloorPlan, { params: { floor: id } }))
    expect(gone.plan).toBeNull()
    expect(await server.callAs(kit)(contract.getFloorPlan, { params: { floor: id } })).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('[BK15] reads a style whole, and an address once', () => {
    const styled = redraw(drawing('<style>@im<!-- -->port <![CDATA[ur]]>l(<![CDATA[https://evil.example/a.css]]>);</style><style>.a{fill:<![CDATA[red]]>}</style>')).text
    expect(styled).not.toContain('evil')
    expect(styled).toContain('<style>.a{fill:red}</style>')
    const both = redraw(drawing('<use xlink:href="#a" href="#b"/>', 'xmlns:xlink="http://www.w3.org/1999/xlink"')).text
    expect(both.match(/href=/g)).toHaveLength(1)
    expect(redraw(both).text).toBe(both)
    const wide = drawing('<rect/>', `width="1${' '.repeat(50_000)}x" height="1"`)
    expect(redraw(wide)).toMatchObject({ widthPx: 400, heightPx: 300 })
    expect(leastMs(() => redraw(wide), 100)).toBeLessThan(100)
  })

  it('[BK15] is never served as a document', async () => {
    const { id } = await keep(drawing('<rect/>'))
    const response = await fetch(`${server.url}/api/v1/floors/${id}/plan`, { headers: { authorization: `Bearer ${server.ticketOf(kit).ticket}` } })
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    ['a bomb of entities', '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&b;</text></svg>'],
    ['what breaks off', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g>'],
    ['a page', '<html><body><svg></svg></body></html>'],
    ['no size', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
    ['text', 'hello'],
    ['nesting without end', drawing('<g>'.repeat(200) + '</g>'.repeat(200))],
  ])('refuses %s', async (_what, text) => {
    expect((await keep(text)).outcome).toMatchObject({ ok: false, code: 'unsupported_type' })
  })

  it('takes a PNG by its bytes', async () => {
    const { id } = await floor('Png')
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    expect(await value(admin()(contract.saveFloorPlan, { params: { floor: id }, body: { base64: png } }))).toMatchObject({ plan: { mediaType: 'image/png', widthPx: 1, heightPx: 1 } })
    expect(await value(server.callAs(kit)(contract.getFloorPlan, { params: { floor: id } }))).toMatchObject({ base64: png })
  })
})
