import { describe, expect, it } from 'vitest'
import { leastMs } from '#test/least.ts'
import { readImage } from './image.ts'

const base64 = (text: string): Buffer => Buffer.from(text, 'base64')
const png = base64('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
const gif = base64('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7')
const webp = base64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA')
/** 300 × 200 px, turned by what its EXIF says. */
const jpeg = (orientation: number): Buffer => Buffer.concat([
  Buffer.from([0xff, 0xd8]),
  segment(0xe0, Buffer.from('4a46494600010100000100010000', 'hex')),
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\b\0\x01', 'latin1'), Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0])])),
  segment(0xc0, Buffer.from([8, 0, 200, 1, 44, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])),
  Buffer.from([0xff, 0xd9]),
])
const segment = (marker: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body])

const box = (name: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(name, 4, 'latin1')
  return Buffer.concat([head, body])
}
const uint = (...numbers: number[]): Buffer => Buffer.concat(numbers.map((n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b }))
const heif = (brand: string, ...sizes: [number, number][]): Buffer => Buffer.concat([
  box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1`, 'latin1')),
  box('meta', uint(0), box('iprp', box('ipco', ...sizes.map(([w, h]) => box('ispe', uint(0, w, h)))))),
])
const sized = (width: number, height: number): Buffer => {
  const made = Buffer.from(png)
  made.writeUInt32BE(width, 16)
  made.writeUInt32BE(height, 20)
  return made
}

describe('the first bytes of a file', () => {
  it.each([
    ['image/png', png, 1, 1], ['image/gif', gif, 1, 1], ['image/webp', webp, 1, 1], ['image/avif', heif('avif', [640, 480]), 640, 480],
    ['image/jpeg', jpeg(1), 300, 200],
  ])('tell %s and its size', (mediaType, bytes, widthPx, heightPx) => {
    expect(readImage(bytes)).toEqual({ mediaType, widthPx, heightPx })
  })

  it('tell how large a photo is that was taken sideways, and a picture that is made of tiles', () => {
    expect(readImage(jpeg(6))).toMatchObject({ widthPx: 200, heightPx: 300 })
    expect(readImage(heif('avif', [512, 512], [2_048, 1_024]))).toMatchObject({ widthPx: 2_048, heightPx: 1_024 })
  })

  it('[BL2] hold nobody up: what lists more properties than a picture has is none', () => {
    const quickest = (bytes: Buffer): number => Math.min(...[0, 1, 2].map(() => { const startMs = performance.now(); readImage(bytes); return performance.now() - startMs }))
    const small = heif('avif', [640, 480])
    const sizes = heif('avif', ...Array.from({ length: 8_000 }, (): [number, number] => [640, 480]))
    const boxes = Buffer.concat([heif('avif', ...Array.from({ length: 400 }, (): [number, number] => [640, 480])), ...Array.from({ length: 30_000 }, () => box('free'))])
    for (const bytes of [sizes, boxes]) {
      const padded = Buffer.concat([bytes, Buffer.alloc(Math.max(0, 256 * 1024 - bytes.length))])
      expect(quickest(padded)).toBeLessThan(50 + quickest(small))
      expect(readImage(padded)).toBeUndefined()
    }
    expect(readImage(heif('avif', ...Array.from({ length: 100 }, (): [number, number] => [512, 512])))).toMatchObject({ widthPx: 512 })
    expect(readImage(Buffer.concat([small, box('mdat', Buffer.alloc(200_000))]))).toMatchObject({ widthPx: 640, heightPx: 480 })
  })

  it('[BL2] hold nobody up: a photo is not looked for in megabytes of anything', () => {
    const zeros = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2 * 1024 * 1024)])
    expect(readImage(zeros)).toBeUndefined()
    expect(leastMs(() => readImage(zeros))).toBeLessThan(50)
    const filled = Buffer.concat([jpeg(6).subarray(0, 20), Buffer.alloc(500), jpeg(6).subarray(20), Buffer.alloc(70_000)])
    expect(readImage(filled)).toMatchObject({ mediaType: 'image/jpeg', widthPx: 200 })
  })

  it.each([
    ['text', Buffer.from('hello')], ['nothing', Buffer.alloc(0)], ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')], ['HEIC, which browsers do not show', heif('heic', [640, 480])],
    ['a picture that breaks off', png.subarray(0, 18)], ['a photo that breaks off', jpeg(1).subarray(0, 30)], ['one without a size', sized(0, 10)],
    ['one that no tab could unpack', sized(30_000, 30_000)], ['zeros that begin like a photo', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200_000)])],
  ])('are no image: %s', (_what, bytes) => {
    expect(readImage(bytes)).toBeUndefined()
  })
})
