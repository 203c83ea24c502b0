/** What the tablet keeps: which space it belongs to, and what it was told last. */
import type { PanelState } from '#contract/bookings.ts'

export interface Pairing { readonly space: string; readonly token: string }
/** `heardAtMs` by the tablet's own clock, which is off by `offsetMs`. */
export interface Told { readonly state: PanelState; readonly heardAtMs: number; readonly offsetMs: number }

const lastKey = 'lodge-panel'
const keyOf = (space: string): string => `${lastKey}:${space}`
const toldKey = (space: string): string => `${lastKey}-told:${space}`

function read<T>(key: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null ?? undefined
  } catch {
    return undefined
  }
}
/** A storage that is full or forbidden costs the memory, not the panel. */
function write(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch { /* shown from memory as long as it runs */ }
}

/** @param space of the address; without it the last one */
export const pairingOf = (space: string | undefined): Pairing | undefined => read<Pairing>(keyOf(space ?? read<string>(lastKey) ?? ''))
export function keepPairing(pairing: Pairing): void {
  write(keyOf(pairing.space), pairing)
  write(lastKey, pairing.space)
}
export const forgetPairing = (space: string): void => {
  write(keyOf(space), undefined)
  write(toldKey(space), undefined)
}
type Older = Omit<Told, 'state'> & { state: Omit<PanelState, 'closing' | 'bookable'> & Partial<PanelState> }
/** What an earlier version kept says nothing of closing and booking. */
export function toldOf(space: string): Told | undefined {
  const told = read<Older>(toldKey(space))
  return told && { ...told, state: { ...told.state, closing: told.state.closing ?? null, bookable: told.state.bookable ?? true } }
}
export const keepTold = (space: string, told: Told): void => write(toldKey(space), told)
export const wantedLanguage = (): string | undefined => read<string>(`${lastKey}-language`)
export const wantLanguage = (language: string): void => write(`${lastKey}-language`, language)
