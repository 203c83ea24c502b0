import type { ComponentProps } from 'react'
import { TextField } from '#web/ui/field.tsx'
import { field } from '#web/ui/form.tsx'

/** A day and a time by this device's clock. */
export function WhenField({ value, ...rest }: Omit<ComponentProps<typeof TextField>, 'type' | 'value' | 'defaultValue'> & { value?: string | null | undefined }) {
  return <TextField type="datetime-local" defaultValue={whenAsWritten(value)} {...rest} />
}
export const whenIn = (form: HTMLFormElement, name: string): string | undefined => {
  const said = field(form, name)
  return said === '' ? undefined : new Date(said).toISOString()
}
/** What the field of this value holds when nobody touched it. */
export const whenAsWritten = (value: string | null | undefined): string => value ? local(value) : ''

function local(at: string): string {
  const d = new Date(at)
  return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
/** On a whole five minutes. */
export const soon = (minutes: number, nowMs: number): string => new Date(Math.ceil((nowMs + minutes * 60_000) / 300_000) * 300_000).toISOString()
