/** OT1: what would be lost with the page, wherever the cursor is now. What is on the device, or saved when it is left, is marked `data-kept`. */
type Field = HTMLInputElement | HTMLTextAreaElement

/** Outside of a form a line of text is a filter, or saves itself when it is left. */
const fields = 'textarea:not([data-kept]), form input:not([type=checkbox], [type=radio], [type=button], [type=search], [type=file])'
const sheets = '[role=dialog], [role=alertdialog]'

/** What stood there before somebody wrote, or since it was sent. */
const before = new Map<Field, string>()
const written = new Set<Field>()
/** Somebody typed, chose or pressed something in them. */
const touched = new Set<Element>()

const isField = (target: EventTarget | null): target is Field => target instanceof Element && target.matches(fields)
function meets({ target }: Event): void {
  if (isField(target) && !before.has(target)) before.set(target, target.value)
}
function changes({ type, target }: Event): void {
  if (type === 'input' && isField(target)) written.add(target)
  const sheet = target instanceof Element && target.closest(sheets)
  if (sheet) touched.add(sheet)
}
function sends({ target }: Event): void {
  for (const field of written) if (target instanceof Element && target.contains(field)) before.set(field, field.value)
}
/** A form that was sent and refused says so in itself. */
const isRefused = (field: Field): boolean => field.form?.querySelector('[role=alert], [aria-invalid=true]') != null

export function isHalfWritten(): boolean {
  for (const of of [before, written, touched]) for (const element of of.keys()) if (!element.isConnected) of.delete(element as Field)
  return touched.size > 0 || document.querySelector('[data-keeps]') !== null || [...written].some((field) => field.value !== before.get(field) || isRefused(field))
}

const listeners = [['focusin', meets], ['beforeinput', meets], ['input', changes], ['click', changes], ['submit', sends]] as const
export function watchWriting(): () => void {
  for (const [type, fn] of listeners) addEventListener(type, fn, true)
  return () => { for (const [type, fn] of listeners) removeEventListener(type, fn, true) }
}
