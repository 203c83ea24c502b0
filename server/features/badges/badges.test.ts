import { deflateSync } from 'node:zlib'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { badgeSizes, getBadge, type BadgeSize } from '#contract/badges.ts'
import { createVisit, eraseVisit } from '#contract/visits.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, hotel, kit, lobby } from '#test/world.ts'
import { lettersOf } from './letters.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

/** Signs without width or name are how a font writes a letter in two; a reader of text leaves them out. */
const plain = (text: string): string => text.normalize('NFKC').replace(/[\p{Cc}\s]/gu, '')

async function badge(name: string, { company = '', host = kit.id, ...query }: { company?: string; host?: string; size?: BadgeSize; language?: 'en' | 'ar' } = {}) {
  const desk = server.callAs(kit), id = newId()
  valueOf(await desk(createVisit, { body: { id, location: lobby.id, name, company, host, expectedAt: '2026-11-24T09:00:00.000Z' } }))
  return { id, ...await read(id, query) }
}
async function read(visit: string, query: { size?: BadgeSize; language?: 'en' | 'ar' } = {}) {
  const file = valueOf(await server.callAs(kit)(getBadge, { params: { visit }, query }))
  const pdf = await getDocumentProxy(new Uint8Array(await file.arrayBuffer()))
  const page = await pdf.getPage(1)
  const [, , wide = 0, high = 0] = page.view as number[]
  const { text } = await extractText(pdf, { mergePages: true })
  const operators = await page.getOperatorList()
  return { bytes: file.size, pages: pdf.numPages, mm: `${Math.round(wide / 72 * 25.4)}x${Math.round(high / 72 * 25.4)}`, text, plain: plain(text), images: operators.fnArray.filter((fn) => fn === 85).length }
}

describe('a badge as a PDF file', () => {
  it.each(badgeSizes)('[VS9] has one page of %s mm with name, company, host and day', async (size) => {
    const made = await badge('Mara Lindqvist', { company: 'Nordlys AB', size })
    expect(made).toMatchObject({ pages: 1, mm: size })
    for (const words of ['Mara Lindqvist', 'Nordlys AB', 'To see Kit', 'Tuesday', '24 November 2026', 'Hotel Lantern', 'Visitor']) expect(made.plain).toContain(plain(words))
    expect(made.plain).not.toContain(plain('Latin letters'))
    expect(made.bytes).toBeLessThan(60_000)
  })

  it.each([
    ['Chinese', '王小明'], ['Traditional Chinese', '陳龍繁體'], ['Japanese', 'ヤマダ太郎'], ['Korean', '김민수'], ['Cyrillic', 'Щербакова Наталья'], ['Greek', 'Ελευθερία Ψαρρά'],
    ['Vietnamese', 'Nguyễn Thị Hường'], ['Thai', 'สมชาย'], ['Devanagari', 'राजीव'], ['Polish', 'Łukasz Żółć'],
  ])('[VS9] writes %s with the letters of the name', async (_script, name) => {
    expect((await badge(name)).plain).toContain(plain(name))
    expect(lettersOf(name).isLatin).toBe(false)
  })

  it.each([['Arabic', 'محمد علي'], ['Hebrew', 'שלום כהן']])('[VS9] writes %s from right to left, joined', async (_script, name) => {
    const made = await badge(name, { company: `${name} (Ltd) 42` })
    expect(lettersOf(name).isLatin).toBe(false)
    // A reader puts what it meets back into reading order. Letters in two parts come as two signs, so each is looked for.
    for (const letter of plain(name)) expect(made.plain).toContain(letter)
    expect(made.plain).toContain('42')
    expect(made.plain).toContain('(Ltd)')
    expect(made.text).not.toContain('□')
  })

  it('[VS9] writes a script that no font has in Latin letters, and says so', async () => {
    const made = await badge('გიორგი ბერიძე', { company: 'Smile 🙂 Ltd' })
    expect(made.plain).toContain('giorgi')
    expect(made.plain).toContain(plain('Written in Latin letters'))
    expect((await badge('Plain', { company: 'Smile 🙂 Ltd' })).plain).not.toContain(plain('Latin letters'))
  })

  it('keeps a name of 200 letters on the label, and whatever else a keyboard gives', async () => {
    const long = 'Wolfeschlegelsteinhausen '.repeat(8).trim()
    expect((await badge(long, { company: 'C'.repeat(200), size: '102x54' })).plain).toContain('Wolfeschlegelsteinhausen')
    for (const name of ['.', '\u200f\u200e-', '‮abc', 'a\u0301\u0302\u0303', '𠮷野家', '👩‍👩‍👧']) expect(await badge(name)).toMatchObject({ pages: 1 })
  })

  it('speaks Arabic when asked', async () => {
    expect((await badge('Mara', { language: 'ar' })).plain).toContain('لزيارة')
  })

  it('holds the photo, and nothing of who was erased', async () => {
    const { id, images } = await badge('Pia Photo')
    expect(images).toBe(0)
    await server.database.db.tx('photo', 1000, (tx) => tx.run(sql`insert into visit_images (account_id, visit_id, kind, media_type, bytes) values (${hotel.id}, ${id}, 'photo', 'image/png', ${png()})`))
    expect((await read(id)).images).toBe(1)
    await server.database.db.tx('photo', 1000, (tx) => tx.run(sql`update visit_images set bytes = 'broken', media_type = 'image/jpeg' where account_id = ${hotel.id} and visit_id = ${id}`))
    expect(await read(id)).toMatchObject({ images: 0, pages: 1 })
    valueOf(await server.callAs(ada)(eraseVisit, { params: { visit: id }, query: { id: newId() } }))
    expect(await server.callAs(kit)(getBadge, { params: { visit: id } })).toMatchObject({ ok: false, code: 'gone' })
  })
})

/** Two by two dots. */
function png(): Buffer {
  const chunk = (kind: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8), body = Buffer.concat([Buffer.from(kind), data]), sum = Buffer.alloc(4)
    head.writeUInt32BE(data.length)
    sum.writeInt32BE(crc(body))
    return Buffer.concat([head.subarray(0, 4), body, sum])
  }
  const crc = (data: Buffer): number => { let c = -1; for (const byte of data) { c ^= byte; for (let i = 0; i < 8; i++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1 } return ~c }
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0])
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(14, 90))), chunk('IEND', Buffer.alloc(0))])
}
