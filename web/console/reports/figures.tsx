import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ConversationReport, Spread } from '#contract/reports.ts'
import { cx } from '#web/ui/cx.ts'
import { t } from '../words.ts'
import { count, duration, percent } from './durations.ts'

/** The sums of the range, each beside what it was before. */
export function FigureList({ report: { total, before } }: { report: ConversationReport }) {
  return (
    <dl className="flex flex-wrap gap-px overflow-hidden rounded-card border border-line bg-line">
      {total.opened !== null && <Figure label={t('figOpened')} value={count(total.opened)} now={total.opened} was={before.opened} />}
      {total.messagesIn !== null && <Figure label={t('figMessagesIn')} value={count(total.messagesIn)} now={total.messagesIn} was={before.messagesIn} />}
      <Figure label={t('figMessagesOut')} value={count(total.messagesOut)} now={total.messagesOut} was={before.messagesOut} />
      {total.opened === null && <Figure label={t('figAnswered')} value={count(total.answered)} now={total.answered} was={before.answered} />}
      <SpreadFigure label={t('figFirstResponse')} now={total.firstResponse} was={before.firstResponse} />
      <Figure label={t('figResolved')} value={count(total.resolved)} now={total.resolved} was={before.resolved} />
      <SpreadFigure label={t('figResolution')} now={total.resolution} was={before.resolution} />
    </dl>
  )
}

const SpreadFigure = ({ label, now, was }: { label: string; now: Spread | null; was: Spread | null }) => (
  <Figure label={t('figMedian', { what: label })} value={now ? duration(now.medianMs) : t('figNone')} hint={now ? t('p90Within', { time: duration(now.p90Ms) }) : undefined} isTime now={now?.medianMs ?? null} was={was?.medianMs ?? null} />
)

function Figure({ label, value, hint, isTime = false, now, was }: { label: string; value: string; hint?: string | undefined; isTime?: boolean; now: number | null; was: number | null }) {
  return (
    <div className="flex flex-1 basis-36 flex-col gap-0.5 bg-surface p-4 md:basis-44">
      <dt className="text-13 text-muted">{label}</dt>
      <dd className="figures text-20 font-semibold">{value}</dd>
      {hint && <dd className="text-12 text-muted">{hint}</dd>}
      {now !== null && was !== null && was > 0 && <dd><Change share={now / was - 1} isTime={isTime} /></dd>}
    </div>
  )
}

/** More conversations are neither good nor bad; a longer wait is bad. */
function Change({ share, isTime }: { share: number; isTime: boolean }) {
  const by = percent.format(Math.abs(share))
  if (by === percent.format(0)) return <span className="text-12 text-muted">{t('asBefore')}</span>
  const Arrow = share > 0 ? ArrowUp : ArrowDown
  const words = isTime ? share > 0 ? t('longerThanBefore', { percent: by }) : t('shorterThanBefore', { percent: by }) : share > 0 ? t('moreThanBefore', { percent: by }) : t('lessThanBefore', { percent: by })
  return (
    <span title={words} className={cx('inline-flex items-center gap-0.5 text-12', isTime ? share > 0 ? 'text-bad' : 'text-good' : 'text-muted')}>
      <Arrow aria-hidden size={12} /><span aria-hidden className="figures">{by}</span><span className="sr-only">{words}</span>
    </span>
  )
}
