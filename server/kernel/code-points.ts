/** The character that begins at `at`; '' behind the end. Half of one is one by itself. */
export const firstOf = (text: string, at = 0): string => at < text.length ? String.fromCodePoint(text.codePointAt(at)!) : ''
/** The character that ends before `end`; '' at the beginning. */
export function lastOf(text: string, end = text.length): string {
  const whole = end > 1 ? firstOf(text, end - 2) : ''
  return whole.length === 2 ? whole : text.slice(Math.max(0, end - 1), end)
}

/**
 * Without the characters at both ends that `edge` matches. A loop, and no `[…]+$`: that begins anew at each of them, and a
 * message of 16,000 marks would hold everybody up for more than a minute.
 */
export function trimmed(text: string, edge: RegExp): string {
  let from = 0, to = text.length
  for (let first; (first = firstOf(text, from)) !== '' && edge.test(first);) from += first.length
  for (let last; to > from && edge.test(last = lastOf(text, to));) to -= last.length
  return text.slice(from, to)
}
