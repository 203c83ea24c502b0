/** The API of Twilio, by its official client (loaded when there is a channel of the kind: it takes most of a second). */
import type { ChannelHealth, TwilioSettings } from '#contract/channels.ts'
import type { Channel, Cutter, Host, Leaving, Report, Sent } from '../channel.ts'
import { smsParts } from '#contract/sms-parts.ts'

/** Twilio cuts by itself, up to this; what is longer leaves as several messages. */
const bodyMaxChars = 1_600
export const twilioCutter: Cutter = (text) => ({
  coding: smsParts(text).coding, parts: text.length <= bodyMaxChars ? [text] : text.match(new RegExp(`[^]{1,${bodyMaxChars / 2}}`, 'gu'))!,
})

export interface TwilioOptions {
  settings: TwilioSettings
  authToken: string
  host: Host
  /** Where its reports come to. */
  statusUrl: string
  /** Instead of https://api.twilio.com: for tests, and for nothing that an administrator could write. */
  apiUrl?: string | undefined
  now: () => number
  timeoutMs?: number
}
/** Told to be still for this long when it does not say for how long. */
const stillMs = 1_000

export function twilioChannel({ settings, authToken, host, statusUrl, apiUrl, now, timeoutMs = 15_000 }: TwilioOptions): Channel {
  let health: ChannelHealth = { state: 'ready', since: new Date(now()).toISOString() }
  const client = openClient(settings.accountSid, authToken, apiUrl, timeoutMs)
  client.catch(() => {})   // said by each send

  function failed(why: string, isRefused: boolean): void {
    const at = new Date(now()).toISOString()
    const state = isRefused ? 'refused' : health.state
    health = { state, since: state === health.state ? health.since : at, lastError: why, lastErrorAt: at }
    host.healthChanged()
  }
  function worked(): void {
    if (health.state === 'ready') return
    health = { ...health, state: 'ready', since: new Date(now()).toISOString() }
    host.healthChanged()
  }

  return {
    isReady: true,
    health: () => health,
    async send({ recipient, sender, text, reference }: Leaving): Promise<Sent> {
      if (!host.mayStillSend()) return { state: 'later', detail: 'not connected' }
      try {
        const { sid } = await (await client).messages.create({ to: recipient, from: sender, body: text, statusCallback: `${statusUrl}?reference=${reference}` })
        worked()
        return { state: 'taken', carrierId: sid }
      } catch (error) {
        const { status, code, message } = error as { status?: number; code?: number | string; message?: string }
        const detail = `${code ?? status ?? ''} ${message ?? ''}`.trim().slice(0, 300)
        if (status === undefined) return asked(code) ? { state: 'unclear', detail } : (failed(detail, false), { state: 'later', detail })
        if (status === 429) return { state: 'later', detail, throttledMs: stillMs }
        if (status === 503) return { state: 'later', detail }
        if (status >= 500) return { state: 'unclear', detail }
        if (status === 401 || status === 403) { failed(`Twilio does not let us in: ${detail}`, true); return { state: 'later', detail } }
        return { state: 'never', reason: code === 21610 ? 'opted_out' : 'refused', detail }
      }
    },
    async stop() { /* It holds no line. */ },
  }
}

/** Whether the request may have reached Twilio: of these it is certain that it did not. */
const asked = (code: number | string | undefined): boolean => !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(String(code))

async function openClient(sid: string, token: string, apiUrl: string | undefined, timeoutMs: number) {
  const { default: twilio } = await import('twilio')
  const httpClient = new twilio.RequestClient({ timeout: timeoutMs, keepAlive: apiUrl === undefined })
  if (apiUrl !== undefined) {
    const request = httpClient.request.bind(httpClient)
    httpClient.request = (options) => request({ ...options, uri: options.uri.replace('https://api.twilio.com', apiUrl) })
  }
  return twilio(sid, token, { httpClient, autoRetry: false } as NonNullable<Parameters<typeof twilio>[2]>)
}

/** What Twilio says of a message. Undefined for what is no news. */
export function readStatus(form: Readonly<Record<string, string>>, reference: number | undefined): Report | undefined {
  const status = form['MessageStatus'] ?? form['SmsStatus']
  const of = { carrierId: form['MessageSid'] ?? '', recipient: form['To'] ?? '', ...(reference !== undefined && { reference }) }
  const detail = form['ErrorCode'] ? `Twilio ${form['ErrorCode']}` : ''
  switch (status ?? '') {
    case 'accepted': case 'queued': case 'sending': case 'sent': return { ...of, state: 'on_its_way' }
    case 'delivered': case 'read': return { ...of, state: 'delivered' }
    case 'undelivered': return { ...of, state: 'failed', reason: 'undeliverable', detail }
    case 'failed': return { ...of, state: 'failed', reason: 'refused', detail }
    default: return undefined
  }
}
