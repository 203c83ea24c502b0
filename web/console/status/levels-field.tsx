import type { StatusBoard } from '#contract/status-endpoints.ts'
import type { Affected } from '#contract/status.ts'
import { levels, type Level } from '#contract/status-words.ts'
import { cx } from '#web/ui/cx.ts'
import { control } from '#web/ui/field.tsx'
import { t } from '../words.ts'

type Components = StatusBoard['components']
const offered = (components: Components, affected: readonly Affected[]): Components => components.filter((c) => !c.retired || affected.some((a) => a.component === c.id))

/** Folded: most news change nothing of it, and the button must be in sight. */
export function FoldedLevels({ components, affected }: { components: Components; affected: readonly Affected[] }) {
  const said = affected.map((a) => `${components.find((c) => c.id === a.component)?.name ?? a.component}: ${t(`spLevel_${a.level}`)}`).join(', ')
  return (
    <details className="rounded-control border border-line px-3 py-2">
      <summary className="cursor-pointer text-13 font-medium">{t('spAffected')} <bdi className="font-normal text-muted">{said}</bdi></summary>
      <div className="mt-2"><LevelsField components={components} affected={affected} isNamed={false} /></div>
    </details>
  )
}

/** How each component suffers. `isNamed`: it says itself what it is. */
export function LevelsField({ components, affected = [], isNamed = true }: { components: Components; affected?: readonly Affected[]; isNamed?: boolean }) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className={isNamed ? 'mb-1 text-13 font-medium' : 'sr-only'}>{t('spAffected')}</legend>
      {offered(components, affected).map((c) => (
        <div key={c.id} className="flex items-center justify-between gap-3 text-13"><label htmlFor={`level:${c.id}`} className="min-w-0 truncate"><bdi>{c.name}</bdi></label>
          <select id={`level:${c.id}`} name={`level:${c.id}`} className={cx(control, 'h-8 max-w-44 shrink-0')} defaultValue={affected.find((a) => a.component === c.id)?.level ?? ''}><option value="">{t('spNotAffected')}</option>{levels.map((l) => <option key={l} value={l}>{t(`spLevel_${l}`)}</option>)}</select>
        </div>
      ))}
    </fieldset>
  )
}

export function levelsIn(form: HTMLFormElement, components: Components): Affected[] {
  const data = new FormData(form)
  return components.flatMap((c): Affected[] => { const level = data.get(`level:${c.id}`); return level ? [{ component: c.id, level: level as Level }] : [] })
}
const inOrder = (of: readonly Affected[]): string => of.map((a) => `${a.component}=${a.level}`).toSorted().join()
export const isSame = (a: readonly Affected[], b: readonly Affected[]): boolean => inOrder(a) === inOrder(b)
