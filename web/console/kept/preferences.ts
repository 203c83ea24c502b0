import type { BadgeSize } from '#contract/badges.ts'
import { createStore } from '../live/store.ts'

export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  /** `auto` = the browser's. */
  language: 'auto' | 'en' | 'ar'
  /** Enter sends and Shift+Enter makes a line; else Mod+Enter sends. */
  enterSends: boolean
  sound: boolean
  notifications: boolean
  panelOpen: boolean
  /** The label that lies in the printer at this desk. */
  badge: BadgeSize
}

const key = 'lodge:preferences'
const usual: Preferences = { theme: 'system', language: 'auto', enterSends: true, sound: false, notifications: false, panelOpen: true, badge: '62x100' }

export const preferences = createStore<Preferences>({ ...usual, ...read<Partial<Preferences>>(key) })

export function prefer(change: Partial<Preferences>): void {
  preferences.set({ ...preferences.get(), ...change })
  write(key, preferences.get())
  dress()
}

export function dress(): void {
  const { theme } = preferences.get()
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export function read<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(name)
    return text === null ? undefined : JSON.parse(text) as T
  } catch {
    return undefined
  }
}

/** False when the device keeps nothing (private window, storage full). */
export function write(name: string, value: unknown): boolean {
  try {
    if (value === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
