/** The demo's guest door. What a site owner pastes is one script tag; here it is made by hand, since the inbox differs from house to house. */
import type { About } from '#contract/about.ts'

async function admit(): Promise<void> {
  const inbox = new URLSearchParams(location.search).get('inbox') ?? (await (await fetch('/api/v1/about')).json() as About).inbox
  if (!inbox) return
  const script = document.createElement('script')
  script.src = '/messenger.js'
  script.async = true
  script.dataset['inbox'] = inbox
  document.head.append(script)
}
admit().catch(() => {})

const messenger = (): { open(): void } | undefined => (window as { Lodge?: { open(): void } }).Lodge
for (const button of document.querySelectorAll('[data-desk]')) button.addEventListener('click', () => messenger()?.open())
