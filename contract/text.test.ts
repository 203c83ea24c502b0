import { expect, it } from 'vitest'
import { isBlank } from './text.ts'

it.each(['', ' ', '\n\t', '\u00a0\u3000', '\u200b\u200d\ufeff', '\u2060\u00ad', '\u3164\u115f\u2800', '\ufe0f', '\u{e0041}', '\0\u0007'])('[CV3] %j is blank', (text) => expect(isBlank(text)).toBe(true))
it.each(['.', '0', '\u0301', '🏮', '👩‍💻', ' a ', '\ue000', 'ﷺ', '\u202ea'])('[CV3] %j is not', (text) => expect(isBlank(text)).toBe(false))
