/** What else a node can run out of without a word: sockets, timers, files. Counted with their owners, and watched for what only rises (P4). */
import { readFile, readdir } from 'node:fs/promises'
import type { Findings } from '#server/kernel/findings.ts'
import { trend } from '#server/kernel/trend.ts'

type Kind = 'sockets' | 'timers' | 'files'
export interface Counted {
  /** With an owner: clients, the database; the rest is `other`. */
  owners: Readonly<Record<string, number>>
  total: number
  /** More than this cannot be, or is surely a defect; undefined where it cannot be known. */
  limit: number | undefined
}
export type Resources = Readonly<Record<Kind, Counted>>

interface Options {
  /** Sockets whose owner is known. */
  owned: () => Readonly<Record<string, number>>
  findings: Findings
  now: () => number
  /** Types of what keeps the event loop alive, one each. */
  active?: () => readonly string[]
  /** How many files this process may open. */
  filesMost?: () => Promise<number | undefined>
}

export interface ResourceLedger {
  /** Counts once. */
  look(): Promise<void>
  last(): Resources | undefined
}

/** No healthy node comes near: a timer that is set again and again without an end does. */
const timersMax = 50_000
const soonMs = 3_600_000

export const resourceAdvice: Record<Kind, string> = {
  sockets: 'Look for a proxy or a service that opens connections to Lodge, or takes them from it, and never closes them.',
  timers: 'This is a defect of Lodge: report it, and restart this node at a quiet hour.',
  files: 'Raise the limit of open files (LimitNOFILE in systemd, ulimit -n) for now, and report it.',
}

/** Who is on call for it: each socket is a file, and whoever comes needs one. */
const componentOf: Record<Kind, string> = { sockets: 'sockets', files: 'sockets', timers: 'machine' }

export function resourceLedger({ owned, findings, now, active = () => process.getActiveResourcesInfo(), filesMost = openFilesMax }: Options): ResourceLedger {
  const trends: Record<Kind, ReturnType<typeof trend>> = { sockets: trend(now), timers: trend(now), files: trend(now) }
  let last: Resources | undefined
  let filesMax: number | undefined

  function judge(kind: Kind, { owners, total, limit }: Counted): void {
    // Clients come in the morning and go at night: only what nobody owns can leak.
    trends[kind].note(owners['other'] ?? total)
    const rise = limit === undefined ? undefined : trends[kind].rise(limit - total + (owners['other'] ?? total))
    const names = Object.entries(owners).map(([owner, n]) => `${owner} ${n}`).join(', ')
    findings.look(`${kind}.rising`, rise && rise.exhaustedInMs < soonMs ? {
      promise: 'P4', component: componentOf[kind], severity: 'warning', whatToDo: resourceAdvice[kind],
      evidence: `This node has ${total} ${kind} of ${limit} (${names}), and ${rise.perHour.toFixed(0)} more every hour that belong to nobody; none is left in ${Math.round(rise.exhaustedInMs / 60_000)} min.`,
    } : undefined)
    findings.look(`${kind}.many`, limit !== undefined && total > 0.9 * limit ? {
      promise: 'P4', component: componentOf[kind], severity: 'critical', whatToDo: resourceAdvice[kind], evidence: `This node has ${total} ${kind} of ${limit} (${names}).`,
    } : undefined)
  }

  return {
    async look() {
      const types = active()
      const count = (pattern: RegExp): number => types.filter((type) => pattern.test(type)).length
      filesMax ??= await filesMost()
      const sockets = withRest(count(/^(?:TCPSocketWrap|TCPWrap|TLSWrap|PipeWrap)$/), owned(), filesMax)
      const open = await readdir('/proc/self/fd').then((names) => names.length - 1, () => undefined)   // less the one that reads
      const { other: loose = 0, ...known } = sockets.owners
      last = { sockets, timers: withRest(count(/^Timeout$/), {}, timersMax), files: withRest(open ?? 0, open === undefined ? {} : { ...known, 'other sockets': loose }, filesMax) }
      for (const kind of ['sockets', 'timers', 'files'] as const) judge(kind, last[kind])
    },
    last: () => last,
  }
}

function withRest(total: number, owners: Readonly<Record<string, number>>, limit: number | undefined): Counted {
  const known = Object.values(owners).reduce((a, b) => a + b, 0)
  return { total, limit, owners: { ...owners, other: Math.max(0, total - known) } }
}

/** Only Linux tells. */
async function openFilesMax(): Promise<number | undefined> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const found = /^Max open files\s+(\d+)/m.exec(text)
  return found ? Number(found[1]) : undefined
}
