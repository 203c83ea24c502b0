import { t } from '../words.ts'
import { tell } from './notices.ts'

/** Onto the clipboard, and says so; or says that it did not work, and what to do instead. */
export async function copy(text: string): Promise<void> {
  const done = await write(text)
  tell(t(done ? 'copied' : 'copyFailed'), { failed: !done })
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return writeAsOfOld(text)
  }
}

/** Where the page did not come by HTTPS there is no clipboard to write to; what is selected can still be copied. */
function writeAsOfOld(text: string): boolean {
  const focused = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.style.cssText = 'position:fixed;opacity:0'
  // Inside an open dialog: outside of it nothing can be selected.
  ;(focused?.closest('[role=dialog]') ?? document.body).append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
