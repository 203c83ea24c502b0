import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveVisitorType } from '#contract/places.ts'
import { readVisitFile, type VisitFile } from '#contract/visit-imports.ts'
import { createVisit, listVisitLog, listVisits, type Visit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { leastMs } from '#test/least.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, kit, lobby } from '#test/world.ts'
import { dateIn, dateOrderOf, instantOf, timeIn } from './typed-times.ts'
import { columnsOf } from './visit-columns.ts'

describe('a spreadsheet', () => {
  it.each([
    [['Name', 'E-Mail', 'Date', 'Time'], ['name', 'email', 'date', 'time']],
    [['Vorname', 'Nachname', 'Firma', 'Datum', 'Uhrzeit', 'Gastgeber'], ['firstName', 'lastName', 'company', 'date', 'time', 'host']],
    [['Vorname', 'Name', 'Tag'], ['firstName', 'lastName', 'date']],
    [['Nombre', 'Empresa', 'Correo electrónico', 'Fecha', 'Hora'], ['name', 'company', 'email', 'date', 'time']],
    [['Prénom', 'Nom', 'Société', 'Arrivée'], ['firstName', 'lastName', 'company', 'date']],
    [['姓名', '公司', '日期'], ['name', 'company', 'date']],
    [['الاسم', 'الشركة', 'التاريخ'], ['name', 'company', 'date']],
    [['firstName', 'lastName', 'expectedAt', 'leavingAt', 'Visitor Type'], ['firstName', 'lastName', 'date', 'leaving', 'visitorType']],
    [['name', 'date', 'Licence plate', 'Shoe size', 'date'], ['name', 'date', 'fields.plate', null, null]],
  ])('[VI1] names its columns in several spellings: %o', (headers, meanings) => {
    expect(columnsOf(headers, [{ key: 'plate', label: 'Licence Plate' }])).toEqual(meanings)
  })

  it.each([
    ['2026-12-01', '2026-12-01'], ['2026/12/1 10:00', '2026-12-01'], ['1.12.2026', '2026-12-01'], ['01. 12. 26', '2026-12-01'], ['1/12/2026', '2026-12-01'], ['31-12-26', '2026-12-31'],
    ['31.2.2026', undefined], ['13/13/2026', undefined], ['soon', undefined], ['20261201', undefined],
  ])('[VI2] %s is %s where the day comes first', (cell, day) => expect(dateIn(cell, 'day_first')?.day).toBe(day))

  it('[VI2] reads dates as the file or else the place has them, and says which', () => {
    expect(dateIn('1/12/2026', 'month_first')).toEqual({ day: '2026-01-12', rest: '' })
    expect(dateIn('2026-12-01T09:30', 'day_first')).toEqual({ day: '2026-12-01', rest: '09:30' })
    expect(dateOrderOf(['1.2.2026', '2026-02-03'], 'America/New_York')).toBeNull()
    expect(dateOrderOf(['3/4/2026'], 'America/New_York')).toEqual({ order: 'month_first', isCertain: false })
    expect(dateOrderOf(['3/4/2026'], 'Europe/London')).toEqual({ order: 'day_first', isCertain: false })
    expect(dateOrderOf(['3/4/2026', '13/4/2026'], 'America/New_York')).toEqual({ order: 'day_first', isCertain: true })
    expect(dateOrderOf(['3/4/2026', '4/13/2026'], 'Europe/London')).toEqual({ order: 'month_first', isCertain: true })
  })

  it.each([['9', '09:00'], ['9:05', '09:05'], ['09.30', '09:30'], ['9h30', '09:30'], ['9:30 PM', '21:30'], ['12 am', '00:00'], ['12:15 p.m.', '12:15'], ['14 Uhr', '14:00'], ['08:00:00', '08:00'], ['25:00', undefined], ['13 pm', undefined], ['noon', undefined]])(
    '[VI2] %s o’clock is %s', (cell, time) => expect(timeIn(cell)).toBe(time))
  it('[VI2] is told of any cell at once', () => {
    expect(timeIn(`9${' '.repeat(50_000)}x`)).toBeUndefined()
    expect(leastMs(() => timeIn(`9${' '.repeat(50_000)}x`))).toBeLessThan(50)
    expect(timeIn(`9${' '.repeat(50_000)}Uhr`)).toBe('09:00')
  })

  it('[VI2] an instant with its own offset is that instant', () => {
    expect(instantOf('2026-12-01T09:00:00+05:45')).toBe('2026-12-01T03:15:00.000Z')
    expect(instantOf('2026-12-01 09:00')).toBeUndefined()
  })
})

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await value(server.callAs(ada)(saveVisitorType, { params: { visitorType: newId() }, body: { location: lobby.id, name: 'Contractor', fields: [{ key: 'plate', label: 'Licence plate', required: false }] } }))
})
afterAll(() => server.close())
const read = (text: string, more: object = {}) => server.callAs(kit)(readVisitFile, { body: { location: lobby.id, text, ...more } })
const create = (file: VisitFile): Promise<Visit[]> => Promise.all(file.rows.flatMap((row) => row.visit ? [value(server.callAs(kit)(createVisit, { body: row.visit }))] : []))

describe('a file of visits', () => {
  it.each([[','], [';'], ['\t']])('[VI1] is read, with what is wrong with each row, when separated by %j', async (separator) => {
    const lines = [
      ['\uFEFFName', 'E-mail', 'Company', 'Date', 'Time', 'Leaving', 'Host', 'Type', 'Licence plate', 'Shoe size'],
      ['Ivo Import', 'ivo@example.com', `"Import${separator} Export"`, '1.12.2031', '9:30', '17:00', 'kit@lantern.example', 'contractor', 'ABC 123', '43'],
      [], ['', 'x', '', '31.2.2031', '', '', 'Nobody', 'King', '', ''], ['Past Person', '', '', '2020-01-01', '', '', 'ADA', '', '', ''], ['Late Leaver', '', '', '2031-12-01', '10:00', '9:00', '', '', '', ''],
    ]
    const file = await value(read(lines.map((cells) => cells.join(separator)).join('\r\n')))
    expect(file.columns.map((c) => c.meaning)).toEqual(['name', 'email', 'company', 'date', 'time', 'leaving', 'host', 'visitorType', 'fields.plate', null])
    expect(file.rows[0]).toMatchObject({ line: 2, problems: [], isKnown: false, visit: {
      name: 'Ivo Import', email: 'ivo@example.com', company: `Import${separator} Export`, host: kit.id, fields: { plate: 'ABC 123' }, expectedAt: '2031-12-01T08:30:00.000Z', leavingAt: '2031-12-01T16:00:00.000Z', invite: false, source: 'import',
    } })
    expect(file.rows.slice(1).map((row) => [row.line, ...row.problems.map((p) => `${p.column} ${p.problem}`)])).toEqual([
      [4, 'name missing', 'email not_an_email', 'visitorType no_such_type', 'host no_such_host', 'date not_a_date'], [5, 'date past'], [6, 'leaving leaves_before'],
    ])
  })

  it('[VI3] that is imported twice makes nothing twice; two rows of one name and time are two people', async () => {
    const text = 'name,date,time\nTwin Guest,2031-05-05,10:00\nTwin Guest,2031-05-05,10:00\nOther Guest,2031-05-05,10:00\n'
    const first = await value(read(text))
    expect(first.rows.map((r) => r.isKnown)).toEqual([false, false, false])
    const made = await create(first)
    const again = await value(read(`${text}New Guest,2031-05-05,10:00\n`))
    expect(again.rows.map((r) => r.isKnown)).toEqual([true, true, true, false])
    expect((await create(again)).slice(0, 3)).toEqual(made)
    const { visits } = await value(server.callAs(kit)(listVisits, { query: { location: lobby.id, day: '2031-05-05' } }))
    expect(visits.map((v) => v.name).sort()).toEqual(['New Guest', 'Other Guest', 'Twin Guest', 'Twin Guest'])
    const { entries } = await value(server.callAs(kit)(listVisitLog, { params: { visit: made[0]!.id } }))
    expect(entries).toMatchObject([{ type: 'visit.expected', body: { source: 'import' } }])
    // The same person at the same time with other details is not made anew, and says so.
    const other = await value(read('name,date,time,company\nOther Guest,2031-05-05,10:00,New Company\n'))
    expect(await server.callAs(kit)(createVisit, { body: other.rows[0]!.visit! })).toMatchObject({ ok: false, code: 'id_reused' })
  })

  it('[VI1] that is none is refused in words', async () => {
    expect(await read('just some text')).toMatchObject({ ok: false, code: 'invalid' })
    expect(await read('a,b\n1,2')).toMatchObject({ ok: false, code: 'invalid' })
    const many = await read(`name,date\n${'Guest,2031-01-01\n'.repeat(2001)}`)
    expect(many).toMatchObject({ ok: false, code: 'too_large' })
    if (!many.ok) expect(many.message).toContain('2,001')
    expect((await value(read(`name,date\n${'Guest,2031-01-01\n'.repeat(2000)}`))).rows).toHaveLength(2000)
    expect((await value(read('name,date\nGuest,3/4/2031', { dates: 'month_first' }))).rows[0]!.visit!.expectedAt).toBe('2031-03-04T08:00:00.000Z')
  })
})
