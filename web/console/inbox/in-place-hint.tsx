import { t } from '../words.ts'

/** What becomes of words that were left while the line was away. */
export const InPlaceHint = ({ id, kept }: { id: string; kept: 'waiting' | 'overtaken' | undefined }) => (
  <p id={id} role="status" className="text-12 text-muted empty:hidden">{kept && t(kept === 'waiting' ? 'fieldKept' : 'fieldOvertaken')}</p>
)
