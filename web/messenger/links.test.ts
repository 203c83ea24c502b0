import { describe, expect, it } from 'vitest'
import { leastMs } from '#test/least.ts'
import { linkPieces } from './links.ts'

const links = (text: string): (string | undefined)[] => linkPieces(text).filter((p) => p.href).map((p) => p.text)

describe('linkPieces', () => {
  it.each([
    ['see https://lantern.example/rooms.', ['https://lantern.example/rooms']],
    ['(https://en.example/wiki/Lamp_(oil)) and http://b.example?', ['https://en.example/wiki/Lamp_(oil)', 'http://b.example']],
    ['HTTPS://Lantern.Example/A', ['HTTPS://Lantern.Example/A']],
    ['https://a.example,https://b.example', ['https://a.example,https://b.example']],
    ['https://пример.example/путь؟', ['https://пример.example/путь']],
  ])('finds the addresses in %j', (text, found) => expect(links(text)).toEqual(found))

  it.each([
    'javascript:alert(1)', 'data:text/html,<script>', 'lantern.example', 'mailto:a@b.example', 'https://', 'https://localhost/x', 'http://.', 'https:///x',
    'https://bank.example@evil.example/', 'https://user:secret@evil.example/', 'ftp://a.example',
  ])('makes no link of %j', (text) => expect(links(text)).toEqual([]))

  it('stops where a character would turn the reading direction, or end an attribute', () => {
    expect(links('https://a.example/\u202etxt.exe')).toEqual(['https://a.example/'])
    expect(links('https://a.example/"onclick="x')).toEqual(['https://a.example/'])
  })
  it.each([['marks', `https://a.example/${'.'.repeat(15_000)}x`, `https://a.example/${'.'.repeat(15_000)}x`], ['brackets', `https://a.example/x${')'.repeat(15_000)}`, 'https://a.example/x'], ['both', `https://a.example/x${').'.repeat(7_500)}`, 'https://a.example/x']])(
    'does not hold the page up over an address with thousands of %s', (_what, text, found) => {
      expect(links(text)).toEqual([found])
      expect(leastMs(() => links(text))).toBeLessThan(50)
    })
  it('gives the text again when its pieces are joined', () => {
    for (const text of ['', 'a https://a.example. b', 'https://a.example https://b.example', '((https://a.example))', 'https://bank.example@evil.example/ and https://a.example']) {
      expect(linkPieces(text).map((p) => p.text).join('')).toBe(text)
    }
  })
})
