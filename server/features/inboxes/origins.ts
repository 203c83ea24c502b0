import { Refusal } from '#server/kernel/refusal.ts'

/** `desk.example` → `https://desk.example`; a path is left out. @throws Refusal `invalid` */
export function toOrigin(address: string): string {
  const text = address.trim()
  const full = text.includes('://') ? text : `https://${text}`
  const origin = URL.canParse(full) ? new URL(full).origin : 'null'
  if (/^https?:[^*]+$/.test(origin)) return origin
  throw new Refusal('invalid', `\`origins\` in the body: ${address} is no address of a site. Write it like https://www.example.com.`)
}

/**
 * Whether a page may open the messenger of an inbox. `own`: Lodge's own origin, whose guest page may always. A request without
 * Origin comes from a program, which could write there what it likes: the check protects people on pages, not the inbox.
 */
export const isAllowedOrigin = (allowed: readonly string[], origin: string | undefined, own: string | undefined): boolean =>
  allowed.length === 0 || origin === undefined || origin === own || allowed.includes(origin)
