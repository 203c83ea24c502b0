import { Refusal } from '#server/kernel/refusal.ts'

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A time as people type it: `now`, `+30m`, `-2h`, `09:25` (today, UTC), `2026-11-26T09:25+01:00`; without a zone UTC. @throws Refusal `invalid` */
export function instant(text: string, nowMs: number): string {
  const from = /^([+-])(\d+)([smhd])$/.exec(text)
  const ms = text === 'now' ? nowMs
    : from ? nowMs + (from[1] === '-' ? -1 : 1) * Number(from[2]) * units[from[3] as keyof typeof units]
      : /^\d\d:\d\d$/.test(text) ? Date.parse(`${new Date(nowMs).toISOString().slice(0, 10)}T${text}:00Z`)
        : Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes(':') ? text : `${text.replace(' ', 'T')}Z`)
  if (Number.isNaN(ms)) throw new Refusal('invalid', `"${text}" is no time. Write 2026-11-26T09:25Z, 09:25, -10m, +30m or now.`)
  return new Date(ms).toISOString()
}
