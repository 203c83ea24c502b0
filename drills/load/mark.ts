/** What an observer can tell of an entry, short enough for a million of them. */
export function markOf(type: string, actor: string, text: string): string {
  let hash = 0x811c9dc5   // FNV-1a
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return `${type} ${actor} ${(hash >>> 0).toString(36)}`
}
export const hiddenMark = 'hidden'
