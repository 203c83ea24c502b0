import { useId } from 'react'
import { TextField } from '#web/ui/field.tsx'

const zones = Intl.supportedValuesOf('timeZone')

/** A time zone by its name, found while one types. */
export function ZoneField({ label, hint, defaultValue }: { label: string; hint?: string; defaultValue: string }) {
  const id = useId()
  return (
    <>
      <TextField name="zone" list={id} label={label} hint={hint} defaultValue={defaultValue} maxLength={60} dir="ltr" required />
      <datalist id={id}>{zones.map((zone) => <option key={zone} value={zone}>{zone}</option>)}</datalist>
    </>
  )
}
