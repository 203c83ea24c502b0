/** How a text is cut for SMS: the screens count with it, the server sends by it. */

/** GSM 03.38: what one septet says, and what takes two. */
const basic = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà')
const extended = new Set('\f^{}\\[~]|€')

export interface SmsParts {
  coding: 'gsm7' | 'ucs2'
  parts: string[]
  /** How much of the last part is used, of how much: septets, or UTF-16 units. */
  used: number; room: number
}

/** In a part of several, a header that joins them takes the place of 7 septets or 3 units. No character is cut in two. */
export function smsParts(text: string): SmsParts {
  const characters = Array.from(text)   // code points: a phone puts together what belongs together
  const coding = characters.every((c) => basic.has(c) || extended.has(c)) ? 'gsm7' : 'ucs2'
  const sizeOf = coding === 'gsm7' ? (c: string) => extended.has(c) ? 2 : 1 : (c: string) => c.length
  const [whole, piece] = coding === 'gsm7' ? [160, 153] : [70, 67]
  const size = characters.reduce((sum, c) => sum + sizeOf(c), 0)
  if (size <= whole) return { coding, parts: [text], used: size, room: whole }
  const parts: string[] = []
  let part = '', used = 0
  for (const c of characters) {
    if (used + sizeOf(c) > piece) { parts.push(part); part = ''; used = 0 }
    part += c
    used += sizeOf(c)
  }
  return { coding, parts: [...parts, part], used, room: piece }
}
