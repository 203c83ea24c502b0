import { t } from '../words.ts'
import { tell } from './notices.ts'

/** Onto the clipboard, and says so. */
export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  tell(t('copied'))
}
