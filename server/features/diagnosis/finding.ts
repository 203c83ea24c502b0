/** What a look at something says, for people: the same on the command line and on a page. */
export type Level = 'ok' | 'warn' | 'bad'
export interface Finding {
  readonly level: Level
  /** What was looked at, in a word or two. */
  readonly about: string
  /** A whole sentence: what is so. */
  readonly text: string
  /** What to do. Given unless all is well. */
  readonly todo?: string
}

export const ok = (about: string, text: string): Finding => ({ level: 'ok', about, text })
export const warn = (about: string, text: string, todo: string): Finding => ({ level: 'warn', about, text, todo })
export const bad = (about: string, text: string, todo: string): Finding => ({ level: 'bad', about, text, todo })
export const worst = (findings: readonly Finding[]): Level => findings.some((f) => f.level === 'bad') ? 'bad' : findings.some((f) => f.level === 'warn') ? 'warn' : 'ok'

/** One look. Add a line to a list of these and it is done, shown and counted. */
export interface Look<Context> {
  readonly name: string
  run(context: Context): Promise<Finding | readonly Finding[]>
}

/** All of them, one after the other. A look that throws or takes too long is itself a finding, and the others go on. */
export async function lookAll<Context>(looks: readonly Look<Context>[], context: Context, { onFinding, onLook, deadlineMs }: { onFinding?: ((finding: Finding) => void) | undefined; onLook?: ((name: string, n: number, of: number) => void) | undefined; deadlineMs: number }): Promise<Finding[]> {
  const all: Finding[] = []
  for (const [i, { name, run }] of looks.entries()) {
    onLook?.(name, i + 1, looks.length)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Finding>((resolve) => { timer = setTimeout(() => resolve(bad(name, `This could not be looked at within ${Math.round(deadlineMs / 1000)} s.`, 'Try again when there is less to do, or look at what holds it up.')), deadlineMs) })
    const found = await Promise.race([run(context).catch((error: unknown) => bad(name, `This could not be looked at: ${error instanceof Error ? error.message : String(error)}.`, 'Mend that first, then ask again.')), late])
    clearTimeout(timer)
    for (const one of [found].flat() as Finding[]) { all.push(one); onFinding?.(one) }
  }
  return all
}
