/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact'

/** Lodge's mark, a lantern; the flame has its own class so that it can be lit. */
export function Lantern({ sizePx = 32 }: { sizePx?: number }) {
  return (
    <svg class="lantern" width={sizePx} height={sizePx} viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="5.6" r="2.1" />
      <path class="roof" d="m9.5 12.4 3.6-4.7h5.8l3.6 4.7Z" />
      <path d="m11 12.4-.9 11.4h11.8L21 12.4" />
      <path d="M8.6 26.8h14.8" />
      <path class="flame" d="M16 14.2c2.3 2.4 3.2 3.7 3.2 5.2a3.2 3.2 0 0 1-6.4 0c0-1.5.9-2.8 3.2-5.2Z" />
    </svg>
  )
}

const icon = (content: ComponentChildren) => ({ sizePx = 20 }: { sizePx?: number }) => (
  <svg class="icon" width={sizePx} height={sizePx} viewBox="0 0 24 24" aria-hidden="true">{content}</svg>
)

// Drawings of the lucide set (ISC licence), written out: a visitor loads these few and not the package.
export const Close = icon(<path d="M18 6 6 18M6 6l12 12" />)
export const Down = icon(<path d="m6 9 6 6 6-6" />)
export const More = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3" />)
export const Send = icon(<path d="m5 12 7-7 7 7M12 19V5" />)
export const Clip = icon(<path d="m16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551a6 6 0 1 0 8.485 8.485l8.379-8.551" />)
export const Back = icon(<path class="turns" d="m15 18-6-6 6-6" />)
export const Paper = icon(<><path d="M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z" /><path d="M14 2v4a2 2 0 0 0 2 2h4" /></>)
export const Mail = icon(<><rect x="2" y="4" width="20" height="16" rx="2" /><path d="m22 7-8.97 5.7a1.94 1.94 0 0 1-2.06 0L2 7" /></>)
export const Fresh = icon(<><path d="M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2Z" /><path d="M12 7v6M9 10h6" /></>)
export const Person = icon(<><path d="M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2" /><circle cx="12" cy="7" r="4" /></>)
export const Clock = icon(<><circle cx="12" cy="12" r="10" /><path d="M12 6v6l4 2" /></>)
export const Offline = icon(<path d="M12 20h.01M8.5 16.429a5 5 0 0 1 7 0M5 12.859a10 10 0 0 1 5.17-2.69M19 12.859a10 10 0 0 0-2.007-1.523M2 8.82a15 15 0 0 1 4.177-2.643M22 8.82a15 15 0 0 0-11.288-3.764M2 2l20 20" />)
