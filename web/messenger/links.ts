/** A piece of a message: plain text, or a link whose text is its own address. */
export type Piece = { text: string; href?: string }

const candidate = /https?:\/\/[^\s\p{Cc}<>"'`{}|\\^\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu

/**
 * Finds http and https addresses in a text. Careful on purpose: no other scheme, no bare domains, no user:password@host
 * (it makes a stranger's host look like a known one), and no characters that turn the reading direction around.
 * The pieces joined give the text again.
 */
export function linkPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(candidate)) {
    const address = withoutTail(match[0])
    const href = safeAddress(address)
    if (!href) continue
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) })
    pieces.push({ text: address, href })
    at = match.index + address.length
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  return pieces
}

const ends = '.,:;!?…،؛؟。，、！？*_~'
/**
 * Punctuation after an address belongs to the sentence, and so does a closing bracket that was not opened in the address.
 * One way through from behind: a stranger's address may have thousands of them.
 */
function withoutTail(address: string): string {
  const count = (brackets: RegExp): number => address.match(brackets)?.length ?? 0
  let end = address.length, unopened = count(/[)\]]/g) - count(/[([]/g)
  for (; end > 0; end--) {
    const last = address[end - 1]!
    if (ends.includes(last)) continue
    if (unopened <= 0 || (last !== ')' && last !== ']')) break
    unopened--
  }
  return address.slice(0, end)
}

function safeAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const web = url.protocol === 'http:' || url.protocol === 'https:'
  return web && url.hostname.includes('.') && !url.username && !url.password ? url.href : undefined
}
