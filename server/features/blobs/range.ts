/**
 * One range of `Range: bytes=…` (RFC 9110 §14), both ends included. Undefined = send the whole: no range, several, or not
 * understood. 'none' = it lies beyond the end.
 */
export function rangeOf(header: string | undefined, sizeBytes: number): { start: number; end: number } | 'none' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  const start = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  return start > end ? 'none' : { start, end }
}
