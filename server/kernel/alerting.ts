/**
 * Whom to wake, when, and how often. Pure: the clock is passed in, findings are looked at every few seconds, and what comes back are
 * messages to send.
 *
 *   seen for a while ──► raised: the first on duty is told ──► nobody acknowledges: the next one, and so on
 *   gone for a while ──► cleared: whoever was told hears it, once
 *
 * Hysteresis on both sides, one message per finding and person until it changes, and of each person's messages no more than a handful
 * in ten minutes: what comes beyond is gathered into one. A storm of findings is no storm of messages.
 */

/** A finding, as far as it matters here. */
export interface Seen { readonly id: string; readonly component: string; readonly severity: 'warning' | 'critical'; readonly evidence: string; readonly whatToDo: string }
export interface Duties { readonly duties: readonly { readonly component: string; readonly people: readonly string[] }[]; readonly escalateAfterMinutes: number }

/** `heldMs`: since when it is gone, while it is not gone for long enough. `told`: person → the severity that they know of. */
export interface Raised {
  readonly id: string; readonly finding: string; component: string; severity: Seen['severity']; evidence: string; whatToDo: string
  readonly raisedMs: number; clearedMs: number | null; acknowledged: { by: string; atMs: number } | null
  step: number; stepMs: number; told: Record<string, Seen['severity']>; goneSinceMs: number | null
}
export type What = 'raised' | 'worse' | 'escalated' | 'cleared'
export interface Message { readonly id: string; readonly person: string; readonly items: readonly { readonly what: What; readonly alert: Raised }[]; /** How many more there are that it does not name. */ readonly more: number }

/** All of it, as it is kept in a file. */
export interface AlertingState {
  readonly n: number
  readonly alerts: readonly Raised[]
  readonly past: readonly Raised[]
  readonly waiting: Readonly<Record<string, Readonly<Record<string, What>>>>
  readonly sentMs: Readonly<Record<string, readonly number[]>>
}

export interface AlertingOptions {
  now: () => number
  duties: () => Duties
  state?: AlertingState | undefined
  raiseAfterMs?: number; clearAfterMs?: number
  /** Away for no longer than this, it was there all the time. */
  gapMs?: number
  capMessages?: number; capMs?: number
}

const pastMax = 200
/** More are counted, not kept: whoever reads a thousand findings reads none. */
const alertsMax = 2_000
/** That one message names. */
const itemsMax = 10

export function alerting({ now, duties, state, raiseAfterMs = 15_000, clearAfterMs = 120_000, gapMs = 20_000, capMessages = 5, capMs = 600_000 }: AlertingOptions) {
  let n = state?.n ?? 0
  const alerts = new Map<string, Raised>((state?.alerts ?? []).map((a) => [a.finding, structuredClone(a)]))
  const past: Raised[] = structuredClone([...(state?.past ?? [])])
  const seen = new Map<string, { firstMs: number; lastMs: number }>()
  /** person → alert → what they do not know yet. */
  const waiting = new Map<string, Map<string, What>>(Object.entries(state?.waiting ?? {}).map(([person, of]) => [person, new Map(Object.entries(of))]))
  const sentMs = new Map<string, number[]>(Object.entries(state?.sentMs ?? {}).map(([person, of]) => [person, [...of]]))

  const onDuty = (component: string): readonly string[] => {
    const { duties: all } = duties()
    return (all.find((d) => d.component === component) ?? all.find((d) => d.component === '*'))?.people ?? []
  }
  function tell(person: string, alert: Raised, what: What): void {
    let of = waiting.get(person)
    if (!of) waiting.set(person, of = new Map())
    const before = of.get(alert.id)
    if (what === 'cleared') {
      // It came and went before they heard of it: then there is nothing to hear.
      if (before === 'raised' || before === 'escalated') of.delete(alert.id)
      else of.set(alert.id, what)
      return
    }
    alert.told[person] = alert.severity
    if (before === undefined || before === 'worse') of.set(alert.id, what)
  }
  function escalate(alert: Raised, nowMs: number): void {
    const people = onDuty(alert.component)
    if (alert.acknowledged || nowMs - alert.stepMs < duties().escalateAfterMinutes * 60_000 || alert.step + 1 >= people.length) return
    alert.step++
    alert.stepMs = nowMs
    const person = people[alert.step]!
    if (!(person in alert.told)) tell(person, alert, 'escalated')
  }
  function clear(alert: Raised, nowMs: number): void {
    alerts.delete(alert.finding)
    alert.clearedMs = nowMs
    past.unshift(alert)
    past.length = Math.min(past.length, pastMax)
    for (const person of Object.keys(alert.told)) tell(person, alert, 'cleared')
  }
  function take(f: Seen, nowMs: number): void {
    const at = seen.get(f.id) ?? { firstMs: nowMs, lastMs: nowMs }
    at.lastMs = nowMs
    seen.set(f.id, at)
    let alert = alerts.get(f.id)
    if (!alert) {
      if (nowMs - at.firstMs < raiseAfterMs || alerts.size >= alertsMax) return
      alert = { id: `a${(++n).toString(36)}`, finding: f.id, component: f.component, severity: f.severity, evidence: f.evidence, whatToDo: f.whatToDo, raisedMs: nowMs, clearedMs: null, acknowledged: null, step: 0, stepMs: nowMs, told: {}, goneSinceMs: null }
      alerts.set(f.id, alert)
    }
    alert.goneSinceMs = null
    alert.evidence = f.evidence
    alert.whatToDo = f.whatToDo
    if (f.severity === 'critical' && alert.severity === 'warning') {
      alert.severity = 'critical'
      alert.acknowledged = null   // what was taken on was something smaller
      alert.stepMs = nowMs
      for (const person of Object.keys(alert.told)) tell(person, alert, 'worse')
    }
    const first = onDuty(alert.component)[0]
    if (Object.keys(alert.told).length === 0 && first !== undefined) {   // also when somebody goes on duty later
      alert.stepMs = nowMs
      tell(first, alert, 'raised')
    }
  }

  /** What is due to each, as far as it is not too much. */
  function messages(nowMs: number): Message[] {
    const byId = new Map([...past, ...alerts.values()].map((a) => [a.id, a]))
    const due: Message[] = []
    for (const [person, of] of waiting) {
      const recent = (sentMs.get(person) ?? []).filter((at) => at > nowMs - capMs)
      sentMs.set(person, recent)
      const items = [...of].flatMap(([id, what]) => { const alert = byId.get(id); return alert ? [{ what, alert }] : [] })
      if (items.length === 0) { waiting.delete(person); continue }
      if (recent.length >= capMessages) continue
      recent.push(nowMs)
      items.sort((a, b) => Number(b.alert.severity === 'critical') - Number(a.alert.severity === 'critical'))
      due.push({ id: `m${(++n).toString(36)}`, person, items: items.slice(0, itemsMax), more: Math.max(0, items.length - itemsMax) })
      waiting.delete(person)
    }
    return due
  }

  return {
    /** Once every few seconds, with all that stands now. */
    look(findings: readonly Seen[]): Message[] {
      const nowMs = now()
      for (const f of findings) take(f, nowMs)
      const there = new Set(findings.map((f) => f.id))
      for (const alert of alerts.values()) {
        if (!there.has(alert.finding)) {
          alert.goneSinceMs ??= nowMs
          if (nowMs - alert.goneSinceMs >= clearAfterMs) { clear(alert, nowMs); continue }
        }
        escalate(alert, nowMs)
      }
      for (const [id, { lastMs }] of seen) if (nowMs - lastMs > gapMs) seen.delete(id)
      return messages(nowMs)
    },
    /** Once: who comes later is told who looks after it. Undefined: there is no such alert. */
    acknowledge(id: string, by: string): Raised | undefined {
      const alert = [...alerts.values(), ...past].find((a) => a.id === id)
      if (alert) alert.acknowledged ??= { by, atMs: now() }
      return alert
    },
    standing: (): readonly Raised[] => [...alerts.values()].sort((a, b) => a.raisedMs - b.raisedMs),
    past: (): readonly Raised[] => past,
    state: (): AlertingState => ({
      n, alerts: [...alerts.values()], past, waiting: Object.fromEntries([...waiting].map(([person, of]) => [person, Object.fromEntries(of)])), sentMs: Object.fromEntries(sentMs),
    }),
  }
}
export type Alerting = ReturnType<typeof alerting>
