/** Keeps the shell on the device. Operations never pass through here; the page's log owns them. */
import { keepWhole } from '#web/shell-worker.ts'

declare const __BUILD__: string

keepWhole({ name: 'kiosk', build: __BUILD__, isPage: (pathname) => /^\/kiosk\/?$/.test(pathname) })
