/** A browser whose push service is a peer on this machine: headless ones reach none. All else of it is real: the permission, the worker, the notice and its click. */
import type { BrowserContext, Page } from 'playwright-core'

/** Before the page is opened. `keys`: what the service gives when it subscribes. */
export const allowPush = async (context: BrowserContext, keys: { endpoint: string; p256dh: string; auth: string }): Promise<void> => {
  await context.grantPermissions(['notifications'])
  await context.addInitScript(({ endpoint, ...rest }) => {
    const kept = 'test:push'
    const subscription = { toJSON: () => ({ endpoint, keys: rest }), unsubscribe: async () => { localStorage.removeItem(kept); return true } } as unknown as PushSubscription
    PushManager.prototype.getSubscription = async () => localStorage.getItem(kept) === null ? null : subscription
    PushManager.prototype.subscribe = async () => { localStorage.setItem(kept, ''); return subscription }
  }, keys)
}

/** As the push service would hand it over, after the browser decrypted it. */
export async function deliver(page: Page, data: string): Promise<void> {
  const tools = await page.context().newCDPSession(page)
  const registration = new Promise<string>((resolve) => {
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => { const [first] = registrations; if (first) resolve(first.registrationId) })
  })
  await tools.send('ServiceWorker.enable')
  await tools.send('ServiceWorker.deliverPushMessage', { origin: new URL(page.url()).origin, registrationId: await registration, data })
  await tools.detach()
}

export const notes = (page: Page): Promise<{ title: string; body: string }[]> =>
  page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body }) => ({ title, body })))

/** The worker is told of the click as the system would tell it; only the raising of the window is the system's. */
export async function click(page: Page, title: string): Promise<void> {
  const worker = page.context().serviceWorkers().find((one) => one.url().endsWith('/worker.js'))
  await worker?.evaluate(async (wanted) => {
    const scope = globalThis as unknown as { registration: ServiceWorkerRegistration }
    const notification = (await scope.registration.getNotifications()).find((one) => one.title === wanted)
    const Event = (globalThis as unknown as { NotificationEvent: new (type: string, of: object) => Event }).NotificationEvent
    if (notification) globalThis.dispatchEvent(new Event('notificationclick', { notification }))
  }, title)
}
