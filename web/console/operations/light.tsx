import { CircleAlert, CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react'
import type { Light as Name } from '#contract/operations.ts'
import { cx } from '#web/ui/cx.ts'
import { t } from '../words.ts'

const shapes = { ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert, unknown: CircleDashed } as const
const colors = { ok: 'text-good', warn: 'text-warn', bad: 'text-bad', unknown: 'text-muted' } as const

/** Shape, colour and word: each says it alone. */
export function Light({ light, isBrief = false }: { light: Name; isBrief?: boolean }) {
  const Shape = shapes[light]
  return (
    <span className={cx('inline-flex shrink-0 items-center gap-1.5 text-12', colors[light])}>
      <Shape aria-hidden size={16} />
      <span className={isBrief ? 'sr-only' : ''}>{t(`opsLight_${light}`)}</span>
    </span>
  )
}
