/**
 * An SVG of somebody else's, written anew from a list of what may be in a drawing: shapes, text, gradients and styles. What runs
 * (scripts, handlers, foreign elements) or loads (addresses outside the drawing) is not on the list, whatever its name will be.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { Refusal } from '#server/kernel/refusal.ts'

export interface Drawing { text: string; widthPx: number; heightPx: number }

const elements = new Set(`svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath clipPath mask pattern marker
  linearGradient radialGradient stop style image`.split(/\s+/))
const attributes = new Set(`id class style x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points width height viewBox preserveAspectRatio transform rotate version fill fill-opacity fill-rule stroke stroke-width
  stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color display visibility overflow clip-path clip-rule mask marker-start marker-mid marker-end
  marker marker-width marker-height font-family font-size font-style font-weight font-variant text-anchor text-decoration letter-spacing word-spacing dominant-baseline alignment-baseline baseline-shift
  textLength lengthAdjust startOffset method spacing offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits maskUnits
  maskContentUnits markerWidth markerHeight markerUnits refX refY orient paint-order vector-effect shape-rendering text-rendering image-rendering media type xml:space aria-hidden aria-label role`.split(/\s+/))
const svgSpace = 'http://www.w3.org/2000/svg'
const partsMax = 50_000
const depthMax = 100

/** @throws Refusal `unsupported_type`: no SVG, or more than a drawing should be */
export function redraw(text: string): Drawing {
  const parser = new SaxesParser({ xmlns: true })
  const out: string[] = []
  let skipped = 0, depth = 0, parts = 0
  /** Of the open element: it is judged whole, since text may come in pieces of which none loads anything. */
  let style = ''
  let size: { widthPx: number; heightPx: number } | undefined
  const open: string[] = []
  const refuse = (why: string): never => { throw new Refusal('unsupported_type', `The file is no SVG that can be used: ${why}. Export it anew, as plain SVG.`) }
  parser.on('error', (error) => refuse(error.message))
  // With a document type come entities, which can make a gigabyte of a kilobyte.
  parser.on('doctype', (doctype) => { if (doctype.includes('[')) refuse('it defines entities') })
  parser.on('opentag', (tag) => {
    if (++parts > partsMax || ++depth > depthMax) refuse('it has too many parts')
    if (depth === 1) {
      if (tag.uri !== svgSpace || tag.local !== 'svg') refuse('its first element is not svg')
      size = sizeOf(tag)
    }
    if (skipped > 0 || tag.uri !== svgSpace || !elements.has(tag.local)) { skipped++; return }
    const kept = new Map<string, string>(depth === 1 ? [['xmlns', svgSpace]] : [])
    for (const { prefix, local, value } of Object.values(tag.attributes)) {
      const name = prefix === '' ? local : `${prefix}:${local}`
      // Many programs write an address in the old way and the new: twice it would make the drawing none.
      if (name === 'href' || name === 'xlink:href') {
        if (mayPointTo(value, tag.local) && (name === 'href' || !kept.has('href'))) kept.set('href', value)
      } else if (attributes.has(name) && !loads(value)) kept.set(name, value)
    }
    out.push(`<${[tag.local, ...[...kept].map(([name, value]) => `${name}="${escaped(value)}"`)].join(' ')}>`)
    open.push(tag.local)
  })
  parser.on('closetag', (tag) => {
    depth--
    if (skipped > 0) { skipped--; return }
    if (tag.local === 'style') {
      if (!loads(style)) out.push(escaped(style))
      style = ''
    }
    out.push(`</${tag.local}>`)
    open.pop()
  })
  const words = (said: string): void => {
    if (skipped > 0 || open.length === 0) return
    if (open.at(-1) === 'style') style += said
    else out.push(escaped(said))
  }
  parser.on('text', words)
  parser.on('cdata', words)
  try {
    parser.write(text).close()
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('unsupported_type', `The file is no SVG that can be used: ${(error as Error).message}`)
  }
  return { text: out.join(''), ...(size ?? refuse('it is empty')) }
}

const escaped = (s: string): string => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
/** Within the drawing, or a picture that it brings along. */
const mayPointTo = (value: string, element: string): boolean => /^#[\w.:-]+$/.test(value) || (element === 'image' && /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*$/.test(value))
/** Style text that could reach outside. Backslashes can spell any of it. */
const loads = (style: string): boolean => /\\|@import|@font-face|expression\s*\(|javascript:|image-set\s*\(/i.test(style) || /url\s*\((?!\s*["']?#)/i.test(style)

function sizeOf(tag: SaxesTagNS): { widthPx: number; heightPx: number } {
  const box = tag.attributes['viewBox']?.value.trim().split(/[\s,]+/).map(Number) ?? []
  const length = (name: string): number => { const found = /^\s*(\d+(?:\.\d+)?)\s*(?:px\s*)?$/.exec(tag.attributes[name]?.value ?? ''); return found ? Number(found[1]) : NaN }
  const [width, height] = [length('width'), length('height')]
  const [w, h] = width > 0 && height > 0 ? [width, height] : [box[2] ?? NaN, box[3] ?? NaN]
  if (!(w > 0 && h > 0 && w < 1e6 && h < 1e6)) throw new Refusal('unsupported_type', 'The SVG does not say how large it is. Export it with a viewBox.')
  return { widthPx: Math.max(1, Math.round(w)), heightPx: Math.max(1, Math.round(h)) }
}
