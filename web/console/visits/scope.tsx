import { useId } from 'react'
import { t } from '../words.ts'

export type SeriesScope = 'one' | 'following' | 'all'

/** Which visits of a series are meant. */
export function Scope<S extends SeriesScope>({ value, options, onChange }: { value: S; options: readonly S[]; onChange: (to: S) => void }) {
  const name = useId()
  return (
    <fieldset className="flex flex-col">
      <legend className="text-13 font-medium">{t('seriesScope')}</legend>
      {options.map((one) => (
        <label key={one} className="flex min-h-8 items-center gap-2.5 text-14 pointer-coarse:min-h-11">
          <input type="radio" name={name} value={one} checked={value === one} className="size-4 accent-(--accent-ink)" onChange={() => onChange(one)} />{t(`scope_${one as SeriesScope}`)}
        </label>
      ))}
    </fieldset>
  )
}
