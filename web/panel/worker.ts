/** Keeps the shell on the tablet: after a power cut it shows what it was told last, and since when it does not know. */
import { keepWhole } from '#web/shell-worker.ts'

declare const __BUILD__: string

keepWhole({ name: 'panel', build: __BUILD__, isPage: (pathname) => /^\/panel(?:\/[0-9a-f-]{36})?\/?$/.test(pathname) })
