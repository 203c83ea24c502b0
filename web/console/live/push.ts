/** Whether this browser is told of one's visitors while no tab is open, as it is: the browser, the server and the person each have a say. */
import { deletePushSubscription, getPushKey, listPushSubscriptions, savePushSubscription } from '#contract/pushes.ts'
import type { Call } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { read, write } from '../kept/preferences.ts'
import { ask } from './queries.ts'

/** `insecure`: the page came without HTTPS. `blocked`: the browser was told to show none from here. `off`: also when the server knows nothing of it any more. */
export type PushState = 'insecure' | 'unsupported' | 'blocked' | 'on' | 'off'

/** The id under which this browser is known. */
const key = 'lodge:push'
const readyMs = 5000

const registered = async (): Promise<ServiceWorkerRegistration | undefined> =>
  Promise.race([navigator.serviceWorker.ready, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), readyMs))])

/** @throws Failed: the server does not answer */
export async function readPush(call: Call): Promise<PushState> {
  if (!isSecureContext) return 'insecure'
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis) || !('Notification' in globalThis)) return 'unsupported'
  if (Notification.permission === 'denied') return 'blocked'
  const registration = await registered()
  if (!registration) return 'unsupported'
  const id = read<string>(key)
  if (id === undefined || Notification.permission !== 'granted' || !await registration.pushManager.getSubscription()) return 'off'
  const { subscriptions } = await ask(call, listPushSubscriptions, {})
  return subscriptions.some((one) => one.id === id) ? 'on' : 'off'
}

/** @throws Failed; DOMException when the browser reaches no push service */
export async function turnPushOn(call: Call): Promise<PushState> {
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') return permission === 'denied' ? 'blocked' : 'off'
  const registration = await registered()
  if (!registration) return 'unsupported'
  const { key: applicationServerKey } = await ask(call, getPushKey, {})
  // One of another key is of a house that is no more.
  await (await registration.pushManager.getSubscription())?.unsubscribe()
  const { endpoint = '', keys } = (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).toJSON()
  const id = newId()
  await ask(call, savePushSubscription, { params: { subscription: id }, body: { endpoint, p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '', device: deviceName(navigator.userAgent) } })
  write(key, id)
  return 'on'
}

/** Also without the server: a browser that has unsubscribed is told nothing, and the server forgets it when it tries. */
export async function turnPushOff(call: Call): Promise<void> {
  const id = read<string>(key)
  if (id === undefined) return
  write(key, undefined)
  const unsubscribe = async (): Promise<void> => {
    const registration = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration('/') : undefined
    await (await registration?.pushManager?.getSubscription())?.unsubscribe()
  }
  // Neither waits for the other: a browser that does not reach its push service takes its time.
  await Promise.allSettled([call(deletePushSubscription, { params: { subscription: id } }), unsubscribe()])
}

const browsers = [[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari']] as const
const systems = [[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS/, 'Mac'], [/Linux/, 'Linux']] as const
/** `Firefox, Linux` */
const deviceName = (agent: string): string => [browsers, systems].map((known) => known.find(([sign]) => sign.test(agent))?.[1]).filter(Boolean).join(', ')
