import { Check } from '#web/ui/field.tsx'
import { nameOf } from '#web/ui/place-words.ts'

interface Props<L extends string> { title: string; hint?: string; all: readonly L[]; value: readonly L[]; onChange: (to: L[]) => void }

/** One or more, in the order in which they were chosen; each is called what its speakers call it, as at the kiosk. */
export function LanguageChecks<L extends string>({ title, hint, all, value, onChange }: Props<L>) {
  return (
    <fieldset>
      <legend className="mb-1 text-13 font-medium">{title}</legend>
      <div className="grid grid-cols-3 gap-x-3">
        {all.map((one) => (
          <Check
            key={one} label={nameOf(one)} checked={value.includes(one)} disabled={value.length === 1 && value.includes(one)}
            onChange={(e) => onChange(e.target.checked ? [...value, one] : value.filter((other) => other !== one))}
          />
        ))}
      </div>
      {hint && <p className="text-12 text-muted">{hint}</p>}
    </fieldset>
  )
}
