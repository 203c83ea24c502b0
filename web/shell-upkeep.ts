/** The shell keeps itself on the device and up to date: a new build is fetched by the worker and shown when nobody is at the screen. */
declare const __BUILD__: string

const lookMs = 5000
const askMs = 60_000
/** A server whose files are older than itself must not send the device round in circles. */
const againMs = 600_000
const named = /^[0-9a-f]{12}$/

interface Shell {
  /** `kiosk` stands at `/kiosk` with its worker in `/kiosk/`. */
  readonly name: string
  /** The build that the server wants, as far as it is known. */
  readonly wanted: () => string | undefined
  readonly isIdle: () => boolean
}

export function keepUpToDate({ name, wanted, isIdle }: Shell): void {
  const reloadedAt = `lodge:${name}-reloaded-at`
  let registration: ServiceWorkerRegistration | undefined
  let hasNewShell = false
  let askedAtMs = -askMs
  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    let isControlled = navigator.serviceWorker.controller !== null
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // The first one brings no news.
      hasNewShell ||= isControlled
      isControlled = true
    })
    navigator.serviceWorker.register(`/${name}/worker.js`, { scope: `/${name}`, updateViaCache: 'none' }).then((found) => { registration = found }, () => {})
  }
  setInterval(() => {
    const build = wanted()
    if (!build || !named.test(build) || !named.test(__BUILD__) || build === __BUILD__) return
    if (registration?.active && !hasNewShell) {
      if (performance.now() - askedAtMs < askMs) return
      askedAtMs = performance.now()
      registration.update().catch(() => {})
      return
    }
    if (!isIdle() || Date.now() - Number(sessionStorage.getItem(reloadedAt)) < againMs) return
    sessionStorage.setItem(reloadedAt, String(Date.now()))
    location.reload()
  }, lookMs)
}

/** Asks the browser not to clear this site's storage when the disk is full. */
export const keepStorage = (): void => { navigator.storage?.persist?.().catch(() => {}) }
