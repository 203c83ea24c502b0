/** Figures and findings become lights: one per promise. */
import { lights, linePoints, promises, type FigureShown, type Light, type PromiseId, type PromiseShown } from '#contract/operations.ts'
import type { Finding, Findings, Found } from '#server/kernel/findings.ts'
import { hour, type Hour } from '#server/kernel/hour.ts'
import { evidenceOf, figures, type Figure, type Sources } from './figures.ts'

export interface Watch {
  /** Reads all figures once, keeps them for the lines, and says what is a finding. */
  look(): void
  shown(): PromiseShown[]
  /** For metrics: as it was at the last look. */
  values(): ReadonlyMap<string, { figure: Figure; value: number | undefined; light: Light }>
}

/** In looks. A figure goes up and down: two in a row make a finding, and a minute of rest ends it. */
const patience = { raiseAfter: 2, clearAfter: 12 }
const worst = (all: readonly Light[]): Light => {
  const measured = all.filter((l) => l !== 'unknown')
  return measured.length === 0 ? 'unknown' : lights[Math.max(...measured.map((l) => lights.indexOf(l)))]!
}
/** Three digits say it; more only make the frames longer. */
const short = (n: number): number => n === 0 ? 0 : Number(n.toPrecision(3))

export function watch({ sources, findings, now }: { sources: Sources; findings: Findings; now: () => number }): Watch {
  const lines = new Map<string, Hour>(figures.map((f) => [f.id, hour({ now })]))
  let last = new Map<string, { figure: Figure; value: number | undefined; light: Light }>()

  const lightOf = (f: Figure, value: number | undefined): Light =>
    value === undefined ? 'unknown' : f.badFrom && value >= f.badFrom(sources) ? 'bad' : f.warnFrom && value >= f.warnFrom(sources) ? 'warn' : 'ok'
  function read(figure: Figure): number | undefined {
    try { return figure.read(sources) }
    catch { return undefined }   // a source that fails is not measured; it must not take the others with it
  }
  const limitOf = (f: Figure): number | undefined => { try { return f.limit(sources) } catch { return undefined } }

  return {
    look() {
      const found = new Map<string, Found>()
      last = new Map(figures.map((figure) => {
        const value = read(figure), light = lightOf(figure, value)
        lines.get(figure.id)!.note(value)
        if (light === 'warn' || light === 'bad') found.set(figure.id, { promise: figure.promise, component: figure.component, severity: light === 'bad' ? 'critical' : 'warning', evidence: evidenceOf(figure, value!, limitOf(figure)), whatToDo: figure.whatToDo })
        return [figure.id, { figure, value, light }]
      }))
      findings.lookAll('figure:', found, patience)
    },
    shown() {
      const standing = findings.current()
      return promises.map((promise): PromiseShown => {
        const own = figures.filter((f) => f.promise === promise).map((f): FigureShown => {
          const { value, light } = last.get(f.id) ?? { value: undefined, light: 'unknown' as const }
          const limit = limitOf(f)
          return { id: f.id, unit: f.unit, value: value === undefined ? null : short(value), limit: limit ?? null, light, line: lines.get(f.id)!.line(linePoints).map((v) => v === null ? null : short(v)) }
        })
        return { promise, light: worst([...own.map((f) => f.light), ...lightsOfFindings(standing, promise)]), figures: own }
      })
    },
    values: () => last,
  }
}

const lightsOfFindings = (standing: readonly Finding[], promise: PromiseId): Light[] => standing.filter((f) => f.promise === promise).map((f) => f.severity === 'critical' ? 'bad' : 'warn')
