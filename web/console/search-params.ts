/** What the search of an address may hold; what is not understood is left out. Pure. */
export const text = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined
export const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined => all.find((one) => one === value)
/** `2026-11-25`; `2026-13-01` is no day, and every clock would refuse it. */
export function day(value: unknown): string | undefined {
  const written = text(value)?.match(/^\d{4}-\d\d-\d\d$/)?.[0]
  return written === undefined || Number.isNaN(Date.parse(written)) ? undefined : written
}
