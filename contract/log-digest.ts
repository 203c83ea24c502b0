/** XOR of the last 16 hex digits of ids: says whether two sides hold the same operations, in whatever order they were added. */
export const emptyDigest = '0'.repeat(16)
export const digestOf = (ids: readonly string[], before = emptyDigest): string =>
  ids.reduce((sum, id) => sum ^ BigInt(`0x${id.replaceAll('-', '').slice(-16)}`), BigInt(`0x${before}`)).toString(16).padStart(16, '0')
