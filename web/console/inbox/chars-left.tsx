import { messageMaxChars } from '#contract/limits.ts'
import { cx } from '#web/ui/cx.ts'
import { t } from '../words.ts'

const nearChars = messageMaxChars * 0.9

/** As the server counts: an emoji is one. Counted only where it may matter. */
const charsOf = (text: string): number => text.length > nearChars ? Array.from(text).length : text.length
export const isTooLong = (text: string): boolean => charsOf(text) > messageMaxChars

/** How much room is left, once there is little, and how much is too much. */
export function CharsLeft({ text }: { text: string }) {
  const left = messageMaxChars - charsOf(text)
  if (left >= messageMaxChars - nearChars) return null
  return <span className={cx('figures me-2 text-12', left < 0 ? 'text-bad' : 'text-muted')}>{left < 0 ? t('charsOver', { n: -left }) : t('charsLeft', { n: left })}</span>
}
