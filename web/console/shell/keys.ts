/** Keys of the page that is open. They never fire while somebody types, and a menu or dialog keeps its own. */
import { useEffect, useRef } from 'react'
import { createStore } from '../live/store.ts'

export interface KeyBinding {
  /** `E`, `Shift+E`, `ArrowDown`, `?`, `Mod+K`, or one after the other: `G I`. Several ways are separated by `, `. */
  readonly keys: string
  /** For the sheet of keys; without it the binding is not listed. */
  readonly label?: string
  readonly run: () => void
}
export interface KeyGroup { readonly title: string; readonly bindings: readonly KeyBinding[] }

export const keyGroups = createStore<readonly KeyGroup[]>([])
const sequenceMs = 1200
let first: { key: string; atMs: number } | undefined

/** Binds keys while the component is there; a later group wins over an earlier one. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): void {
  const group = useRef<KeyGroup>({ title, bindings })
  useEffect(() => { group.current = { title, bindings } })
  useEffect(() => {
    const mine: KeyGroup = { get title() { return group.current.title }, get bindings() { return group.current.bindings } }
    keyGroups.set([...keyGroups.get(), mine])
    return () => keyGroups.set(keyGroups.get().filter((g) => g !== mine))
  }, [])
}

export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const pressed = nameOf(event)
    const withMod = pressed.startsWith('Mod+')
    if (!withMod && (isTyping(event.target) || isElsewhere(event.target))) return
    const after = first && Date.now() - first.atMs < sequenceMs ? `${first.key} ${pressed}` : undefined
    first = undefined
    const binding = (after && find(after)) || find(pressed)
    if (binding) {
      event.preventDefault()
      binding.run()
    } else if (starts(pressed)) first = { key: pressed, atMs: Date.now() }
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

const ways = (binding: KeyBinding): string[] => binding.keys.split(', ')
const find = (pressed: string): KeyBinding | undefined => keyGroups.get().toReversed().flatMap((g) => g.bindings).find((b) => ways(b).includes(pressed))
const starts = (pressed: string): boolean => keyGroups.get().some((g) => g.bindings.some((b) => ways(b).some((w) => w.startsWith(`${pressed} `))))

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button])'))
}

/** A control keeps the keys that work it. */
const isElsewhere = (target: EventTarget | null): boolean => target instanceof Element && target.closest('[role=menu], [role=dialog], [role=listbox]') !== null

function nameOf({ key, code, metaKey, ctrlKey, altKey, shiftKey }: KeyboardEvent): string {
  // On another script's layout the letter is found by its place on the keyboard.
  const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : /^Key[A-Z]$/.test(code) && /\p{L}/u.test(key) ? code.slice(3) : undefined
  const name = letter ?? key
  const shift = shiftKey && (letter !== undefined || name.length > 1) ? 'Shift+' : ''
  return `${metaKey || ctrlKey ? 'Mod+' : ''}${altKey ? 'Alt+' : ''}${shift}${name}`
}
