/** The image of a floor. What it is, its bytes say. */
import { createHash } from 'node:crypto'
import { planMaxBytes, planTypes, type PlanType } from '#contract/spaces.ts'
import { readImage } from '#server/features/blobs/blobs.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { redraw } from './drawing.ts'
import type { PlanRow } from './spaces.sql.ts'

const isPlanType = (type: string): type is PlanType => (planTypes as readonly string[]).includes(type)

/** @throws Refusal `too_large`, `unsupported_type` */
export function readPlan(base64: string): PlanRow {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length > planMaxBytes) throw new Refusal('too_large', 'A plan has 2 MB at most. Export it smaller, or as SVG.')
  const image = readImage(bytes)
  if (image && isPlanType(image.mediaType)) return { ...image, mediaType: image.mediaType, bytes, version: versionOf(bytes) }
  if (image || !bytes.subarray(0, 4096).includes('<svg')) throw new Refusal('unsupported_type', 'A plan is an SVG, PNG, JPEG or WebP file.')
  const { text, ...size } = redraw(bytes.toString('utf8'))
  const drawn = Buffer.from(text)
  return { mediaType: 'image/svg+xml', ...size, bytes: drawn, version: versionOf(drawn) }
}

const versionOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16)
