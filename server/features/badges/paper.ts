/** One label, drawn: what the console's print view shows, on a page of its own. */
import PDFDocument from 'pdfkit'
import encodeQr from 'qr'
import subsetFont from 'subset-font'
import { readFile } from 'node:fs/promises'
import type { BadgeLanguage, BadgeSize } from '#contract/badges.ts'
import type { BadgeOf } from './badges.sql.ts'
import { lettersOf, type Letter } from './letters.ts'
import { linesOf, type Line, type Run } from './lines.ts'
import { words } from './words.ts'

const mm = 72 / 25.4
const marginPt = 4 * mm, gapPt = 2 * mm, codePt = 25 * mm
const weights = { bold: 700, semibold: 600, regular: 400 } as const
type Weight = keyof typeof weights
interface Block { text: string; weight: Weight; sizesPt: readonly number[]; leading: number; afterPt: number }

/** @returns the file */
export async function drawBadge(of: BadgeOf, size: BadgeSize, language: BadgeLanguage): Promise<Buffer> {
  const say = words[language]
  const [widthPt, heightPt] = size.split('x').map((side) => Number(side) * mm) as [number, number]
  const isWide = widthPt > heightPt
  const doc = new PDFDocument({ size: [widthPt, heightPt], margin: 0, info: { Title: of.name, Creator: 'Lodge' }, lang: language })
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<Buffer>((resolve, reject) => { doc.on('end', () => resolve(Buffer.concat(chunks))).on('error', reject) })

  const isLatin = [of.name, of.company, of.host ?? ''].some((text) => lettersOf(text).isLatin)
  const day = new Date(`${of.day}T12:00:00Z`).toLocaleDateString(say.locale, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const house: Block = { text: of.account, weight: 'semibold', sizesPt: [8], leading: 1.2, afterPt: 0 }
  const visitor: Block = { ...house, text: say.visitor }
  const small = (text: string): Block => ({ text, weight: 'regular', sizesPt: [9, 8, 7], leading: 1.25, afterPt: 0 })
  const name: Block = { text: of.name, weight: 'bold', sizesPt: [21, 16, 12, 9, 7], leading: 1.15, afterPt: 1.5 }
  const blocks: Block[] = [name, ...(of.company ? [{ text: of.company, weight: 'regular', sizesPt: [11, 9, 8, 7], leading: 1.2, afterPt: 3 } as const] : []),
    ...(of.host ? [small(say.toSee(of.host))] : []), small(day), ...(isLatin ? [{ ...small(say.latin), sizesPt: [7] }] : [])]

  const pen = await penFor(doc, [house, visitor, ...blocks])
  const house_ = pen.lines(house, 8, (widthPt - 2 * marginPt) * 0.65)[0], visitor_ = pen.lines(visitor, 8, widthPt)[0]
  if (house_) pen.line(house_, marginPt, marginPt, 8)
  if (visitor_) pen.line(visitor_, widthPt - marginPt - visitor_.widthPt, marginPt, 8)
  const ruleY = marginPt + 8 * 1.25 + 1 * mm
  doc.moveTo(marginPt, ruleY).lineTo(widthPt - marginPt, ruleY).lineWidth(0.3 * mm).stroke()

  const photo = of.photo && /jpeg|png/.test(of.mediaType ?? '') ? of.photo : null
  const [photoWide, photoHigh] = isWide ? [20 * mm, 26 * mm] : [24 * mm, 30 * mm]
  const marksWide = codePt + (photo ? photoWide + gapPt : 0)
  const top = ruleY + gapPt
  const textWide = widthPt - 2 * marginPt - (isWide ? marksWide + gapPt : 0)
  const textHigh = heightPt - marginPt - top - (isWide ? 0 : Math.max(codePt, photo ? photoHigh : 0) + gapPt)
  let y = top
  for (const { block, lines, sizePt } of pen.fit(blocks, textWide, textHigh)) {
    for (const line of lines) {
      pen.line(line, line.isRtl ? marginPt + textWide - line.widthPt : marginPt, y, sizePt)
      y += sizePt * block.leading
    }
    y += block.afterPt
  }

  const foot = heightPt - marginPt
  const marksX = isWide ? widthPt - marginPt - marksWide : marginPt
  if (photo) {
    doc.save().rect(marksX, foot - photoHigh, photoWide, photoHigh).clip()
    try { doc.image(photo, marksX, foot - photoHigh, { cover: [photoWide, photoHigh], align: 'center', valign: 'center' }) } catch { /* What cannot be read is left out: the badge is needed now. */ }
    doc.restore()
  }
  drawCode(doc, of.code, widthPt - marginPt - codePt, foot - codePt)
  doc.end()
  return ended
}

function drawCode(doc: PDFKit.PDFDocument, code: string, x: number, y: number): void {
  const rows = encodeQr(code, 'raw', { border: 1 })
  const dot = codePt / rows.length
  rows.forEach((row, at) => row.forEach((isDark, column) => { if (isDark) doc.rect(x + column * dot, y + at * dot, dot + 0.02, dot + 0.02) }))
  doc.fill('#000000')
}

/** Every font is cut down to the letters that are written with it, before anything is measured. */
async function penFor(doc: PDFKit.PDFDocument, blocks: readonly Block[]) {
  const needed = new Map<string, { slice: string; weight: Weight; text: string }>()
  const letters = new Map<Block, readonly Letter[]>()
  for (const block of blocks) {
    const written = lettersOf(block.text).letters
    letters.set(block, written)
    // Brackets turn round in a text from right to left.
    for (const { slice, text } of written) {
      const key = `${block.weight} ${slice}`
      const { text: before } = needed.get(key) ?? { text: ' ()[]{}<>«»‹›' }
      needed.set(key, { slice, weight: block.weight, text: before + text })
    }
  }
  await Promise.all([...needed].map(async ([key, { slice, weight, text }]) =>
    doc.registerFont(key, await subsetFont(await readFile(slice), text, { targetFormat: 'truetype', variationAxes: { wght: weights[weight] } }))))
  const features: PDFKit.Mixins.OpenTypeFeatures[] = []   // with a list pdfkit hands over whole runs; without one it cuts them at spaces
  const use = (weight: Weight, sizePt: number, { slice }: Run) => doc.font(`${weight} ${slice}`).fontSize(sizePt)
  const drawn = new WeakMap<Line, Weight>()
  const lines = (block: Block, sizePt: number, widthPt: number): Line[] => {
    const made = linesOf(letters.get(block) ?? [], widthPt, (run) => use(block.weight, sizePt, run).widthOfString(run.text, { features }))
    for (const line of made) drawn.set(line, block.weight)
    return made
  }
  return {
    lines,
    /** The largest of their sizes in which all stand on the label whole; what is too long even in the smallest is cut at the end. */
    fit(all: readonly Block[], widthPt: number, heightPt: number): { block: Block; lines: Line[]; sizePt: number }[] {
      const steps = Math.max(...all.map((b) => b.sizesPt.length))
      for (let step = 0; ; step++) {
        const set = all.map((block) => { const sizePt = block.sizesPt[Math.min(step, block.sizesPt.length - 1)] ?? 7; return { block, sizePt, lines: lines(block, sizePt, widthPt) } })
        const high = set.reduce((sum, { block, lines: { length }, sizePt }) => sum + length * sizePt * block.leading + block.afterPt, 0)
        if (high <= heightPt && (step > 0 || set.every((s) => s.lines.length <= 3))) return set
        if (step >= steps) {
          const [first, ...rest] = set
          if (!first) return set
          const others = rest.map((s) => ({ ...s, lines: s.lines.slice(0, 2) }))
          const left = heightPt - others.reduce((sum, s) => sum + s.lines.length * s.sizePt * s.block.leading + s.block.afterPt, 0)
          return [{ ...first, lines: first.lines.slice(0, Math.max(1, Math.floor(left / (first.sizePt * first.block.leading)))) }, ...others]
        }
      }
    },
    line(line: Line, x: number, y: number, sizePt: number): void {
      const weight = drawn.get(line) ?? 'regular'
      let at = x
      for (const run of line.runs) {
        use(weight, sizePt, run).fillColor('#000000').text(run.text, at, y + sizePt * 0.95, { features, lineBreak: false, baseline: 'alphabetic' })
        at += doc.widthOfString(run.text, { features })
      }
    },
  }
}
