/** Header, keys and palette reach the composer that is open, without knowing where it is. */
import type { Tab } from '../kept/drafts.ts'

export interface ComposerHandle {
  focus(tab: Tab, begin?: string): void
  sendAndClose(): void
}
let open: ComposerHandle | undefined

export function offerComposer(handle: ComposerHandle): () => void {
  open = handle
  return () => { if (open === handle) open = undefined }
}
export const focusComposer = (tab: Tab, begin?: string): void => open?.focus(tab, begin)
export const sendAndClose = (): void => open?.sendAndClose()
