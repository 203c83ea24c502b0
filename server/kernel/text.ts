import { Refusal } from './refusal.ts'

/**
 * Refuses text that PostgreSQL could not give back as it came: U+0000, and halves of surrogate pairs.
 * Walks what a schema has already accepted, so it is never deep.
 * @throws Refusal `nul_character`, `invalid`
 */
export function refuseBrokenText(value: unknown): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new Refusal('nul_character')
    if (!value.isWellFormed()) throw new Refusal('invalid', 'The text holds half of a character (a lone surrogate), which cannot be kept.')
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      refuseBrokenText(key)
      refuseBrokenText(inner)
    }
  }
}
