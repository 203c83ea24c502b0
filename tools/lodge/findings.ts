import { worst, type Finding } from '#server/features/diagnosis/diagnosis.ts'

const signs = { ok: '✓', warn: '!', bad: '✗' } as const

export function print({ level, about, text, todo }: Finding): void {
  console.log(`${signs[level]} ${about}: ${text}${todo === undefined ? '' : `\n    → ${todo}`}`)
}
/** The last line. @returns the exit code: 0 also when there is something to improve */
export function conclude(findings: readonly Finding[], { well, ill }: { well: string; ill: string }): number {
  const bad = findings.filter((f) => f.level === 'bad').length, warned = findings.filter((f) => f.level === 'warn').length
  console.log(`\n${bad > 0 ? `${ill} ${bad} ✗` : well}${warned > 0 ? `${bad > 0 ? ', ' : ' '}${warned} !` : ''}`)
  return worst(findings) === 'bad' ? 1 : 0
}
