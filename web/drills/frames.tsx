/** @jsxImportSource preact */
/** The two screens: the demo's guest page with its messenger open, and the console. Both are what they are elsewhere; nothing of them is made for this page. */
import { t } from './words.ts'

export const GuestFrame = () => <iframe src="/guest" title={t('guest')} onLoad={(e) => { void openMessenger(e.currentTarget) }} />
export const ConsoleFrame = () => <iframe src="/inbox?tab=all" title={t('console')} />

interface Host extends Window { Lodge?: { open(): void } }

/** As its button would; the button is brought a moment after the page. */
async function openMessenger(frame: HTMLIFrameElement): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { Lodge } = frame.contentWindow as Host
    if (Lodge) return Lodge.open()
    await new Promise((done) => { setTimeout(done, 100) })
  }
}

/** Of the guest on this page, once there is one: as the messenger remembers it on this device. */
export function guestConversation(): string | undefined {
  for (const key of Object.keys(localStorage)) {
    if (!/^lodge:[0-9a-f-]{36}$/.test(key)) continue
    try {
      const { conversation } = JSON.parse(localStorage.getItem(key) ?? '{}') as { conversation?: string | null }
      if (conversation) return conversation
    } catch { /* Not the messenger's. */ }
  }
  return undefined
}
