// The five parsers by name, not the library's own choice among twenty: bytes of strangers meet no more code than needed.
import { GIF } from 'image-size/types/gif'
import { HEIF } from 'image-size/types/heif'
import { JPG } from 'image-size/types/jpg'
import { PNG } from 'image-size/types/png'
import { findBox } from 'image-size/types/utils'
import { WEBP } from 'image-size/types/webp'
import type { imageTypes } from '#contract/limits.ts'

export interface Image { mediaType: (typeof imageTypes)[number]; widthPx: number; heightPx: number }

const parsers = [['image/png', PNG], ['image/jpeg', JPG], ['image/gif', GIF], ['image/webp', WEBP], ['image/avif', HEIF]] as const
/** What a browser would have to unpack: a picture of 30,000 × 30,000 px fits into 100 kB and takes a tab down. */
const pixelsMax = 100_000_000
/** Pictures have some ten. */
const boxesMax = 500

/** The parser goes through all boxes behind the properties again for each size that stands in them: thousands in a file of 256 kB would hold everybody up for a second. */
function hasTooManyBoxes(bytes: Uint8Array): boolean {
  const meta = findBox(bytes, 'meta', 0), properties = meta && findBox(bytes, 'iprp', meta.offset + 12), list = properties && findBox(bytes, 'ipco', properties.offset + 8)
  if (!list) return false
  const view = new DataView(bytes.buffer)
  let boxes = 0
  for (let at = list.offset + 8; at + 4 <= bytes.length && boxes <= boxesMax; boxes++) at += Math.max(8, view.getUint32(at))
  return boxes > boxesMax
}

/** Photos have some ten parts; between them may be filling. */
const jpegStepsMax = 10_000

/** The parser looks for the next part of a photo byte by byte, and each is a new view of the rest: a plan of 2 MB would hold everybody up for a second. */
function hasTooFarToGo(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer)
  let steps = 0
  for (let at = 4; at + 2 <= bytes.length && steps <= jpegStepsMax; steps++) {
    const length = view.getUint16(at), marker = bytes[at + length + 1]
    if (bytes[at + length] !== 0xff) at++
    else if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) return false
    else at += length + 2
  }
  return steps > jpegStepsMax
}

/** What the first bytes of a file show, whatever its name says: one of the types a browser may show, measured upright. Undefined for everything else, broken and oversized pictures included. */
export function readImage(head: Uint8Array): Image | undefined {
  const bytes = Uint8Array.from(head)   // the parsers would read on past the end of a view, into whatever shares its buffer
  for (const [mediaType, parser] of parsers) {
    try {
      if (!parser.validate(bytes)) continue
      if ((parser === HEIF && hasTooManyBoxes(bytes)) || (parser === JPG && hasTooFarToGo(bytes))) return undefined
      const found = parser.calculate(bytes)
      if (mediaType === 'image/avif' && found.type !== 'avif') return undefined   // HEIC has the same boxes, and most browsers show nothing
      const sizes = found.images ?? [found]   // a picture made of tiles lists those too
      const { width, height } = sizes.reduce((a, b) => b.width * b.height > a.width * a.height ? b : a)
      if (width < 1 || height < 1 || width * height > pixelsMax) return undefined
      const sideways = found.orientation !== undefined && found.orientation >= 5
      return { mediaType, widthPx: sideways ? height : width, heightPx: sideways ? width : height }
    } catch {
      return undefined   // it begins like one and breaks off
    }
  }
  return undefined
}
