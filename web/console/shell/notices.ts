import { createStore } from '../live/store.ts'
import { t } from '../words.ts'
import { errorCodes, type ErrorCode } from '#contract/errors.ts'

export interface Notice {
  readonly id: number
  readonly text: string
  readonly failed: boolean
  readonly action?: { label: string; run: () => void; /** It takes back what was done: the key for that may press it, too. */ isUndo?: boolean }
}

export const notices = createStore<readonly Notice[]>([])
let last = 0
const usualMs = 8000

/** Says what happened in a corner, with one thing to do about it: undo, most often. Gone after 8 s unless said otherwise. Returns how to take it back. */
export function tell(text: string, { failed = false, action, staysMs = usualMs }: { failed?: boolean; action?: Notice['action']; staysMs?: number } = {}): () => void {
  const id = ++last
  const away = (): void => notices.set(notices.get().filter((n) => n.id !== id))
  const run = action && { ...action, run: () => { away(); action.run() } }
  notices.set([...notices.get().slice(-2), { id, text, failed, ...(run && { action: run }) }])
  setTimeout(away, staysMs)
  return away
}

export const tellUndo = (text: string, undo: () => void): (() => void) => tell(text, { action: { label: t('undo'), run: undo, isUndo: true } })

/** What a code means for the person, and what to do. */
export const why = (code: string): string => t(errorCodes.includes(code as ErrorCode) ? `error_${code as ErrorCode}` : code === 'unreachable' ? 'error_unreachable' : 'error_internal')
/** Why something was refused. What was filled in wrongly the server names, field by field. */
export const whyNot = ({ code, message }: { readonly code: string; readonly message: string }): string => code === 'invalid' && message ? withoutPath(message) : why(code)
/** What may be over in a moment: the same is worth trying again. */
export const passing: ReadonlySet<string> = new Set(['unreachable', 'unavailable', 'overloaded', 'draining'])
export interface Refusal { readonly why: string; readonly isPassing: boolean }
export const refusalOf = (code: string): Refusal => ({ why: why(code), isPassing: passing.has(code) })
/** For what has no field that says why it was refused. */
export async function tellIfRefused(ask: () => Promise<Refusal | undefined>): Promise<void> {
  const refusal = await ask()
  if (refusal) tell(refusal.why, { failed: true, ...(refusal.isPassing && { action: { label: t('tryAgain'), run: () => void tellIfRefused(ask) } }) })
}
/** Where in the request it stands is for programs: "body/actions/0/text: there is no placeholder {{x}} here." */
export function withoutPath(message: string): string {
  const text = message.replace(/^(?:body[\w/]*|rule|`\w+` in the body): /, '')
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}
