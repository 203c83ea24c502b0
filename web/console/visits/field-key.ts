/** VS13: where the answer to a question of a visitor type stands in a visit. It outlives the question. */
import { newId } from '#client/id.ts'

export const newFieldKey = (): string => `q${newId().replaceAll('-', '')}`

/** Says nothing to people; other keys are words (an import, a program), and so were the first ones that were made here. */
export const isMadeKey = (key: string): boolean => /^(q[0-9a-f]{32}|field\d+)$/.test(key)
