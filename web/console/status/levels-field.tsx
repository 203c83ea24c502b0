import type { StatusBoard } from '#contract/status-endpoints.ts'
import type { Affected } from '#contract/status.ts'
import { levels, type Level } from '#contract/status-words.ts'
import { cx } from '#web/ui/cx.ts'
import { control } from '#web/ui/field.tsx'
import { t } from '../words.ts'

type Components = StatusBoard['components']
const offered = (components: Components, affected: readonly Affected[]): Components => components.filter((c) => !c.retired || affected.some((a) => a.component === c.id))

/** How each component suffers. */
export function LevelsField({ components, affected = [] }: { components: Components; affected?: readonly Affected[] }) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-13 font-medium">{t('spAffected')}</legend>
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
