import pg from 'pg'

const texts = pg.types.getTypeParser(1009 as number) as (text: string) => (string | null)[]
const each = <T>(parse: (text: string) => T) => (text: string): (T | null)[] => texts(text).map((one) => one === null ? null : parse(one))
const asIs = (text: string): string => text

function integer(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n)) throw new RangeError(`${text} does not fit into a JavaScript number`)
  return n
}

/**
 * `2026-11-24 09:25:00.5+00` → `2026-11-24T09:25:00.500Z`; connections are in UTC. Microseconds are cut off: never compare it for
 * equality with an instant that SQL made.
 */
export function instant(text: string): string {
  if (text.length < 22 || text[10] !== ' ' || !text.endsWith('+00')) return text   // infinity, years beyond 9999 or BC
  const ms = text[19] === '.' ? text.slice(20, -3).slice(0, 3).padEnd(3, '0') : '000'
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${ms}Z`
}

const ours = new Map<number, (text: string) => unknown>([
  [20, integer], [1016, each(integer)],
  [1184, instant], [1185, each(instant)],
  [1114, asIs], [1115, texts], [1082, asIs], [1182, texts],   // a date stays text: a Date would move it into this machine's time zone
])

/** How columns become JavaScript: bigint → number, timestamptz → contract `Instant`, date, timestamp, uuid and numeric → text, json parsed. */
export const rowTypes = {
  getTypeParser: ((oid: number, format?: 'text') => ours.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}
