import { smsParts } from '#contract/sms-parts.ts'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { t } from '../words.ts'

/** How long an SMS is, and how many it costs: "23 / 160", "12 / 153 · 3 parts". */
export function SmsCounter({ text }: { text: string }) {
  if (text === '') return null
  const { coding, parts, used, room } = smsParts(text)
  const words = [t('smsUsed', { used, room }), ...(parts.length > 1 ? [t('smsParts', { n: parts.length })] : [])].join(' · ')
  const counter = <span role="status" aria-label={`${t('smsCounter')}: ${words}`} tabIndex={coding === 'ucs2' ? 0 : undefined} className="figures me-2 text-12 text-muted">{words}</span>
  return coding === 'ucs2' ? <Tooltip label={t('smsWide')} side="top">{counter}</Tooltip> : counter
}
