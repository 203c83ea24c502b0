/** What the search of an address may hold; what is not understood is left out. Pure. */
export const text = (value: unknown): string | undefined => typeof value === 'string' && value !== '' ? value : undefined
export const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined => all.find((one) => one === value)
/** `2026-11-25` */
export const day = (value: unknown): string | undefined => text(value)?.match(/^\d{4}-\d\d-\d\d$/)?.[0]
