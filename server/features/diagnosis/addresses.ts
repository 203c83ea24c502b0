/** Can people reach it, and can it reach them? */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import nodemailer from 'nodemailer'
import type { Finding, Look } from './finding.ts'
import { bad, ok, warn } from './finding.ts'
import type { Machine, Settings } from './machine.ts'

const loopback = ['127.0.0.1', '::1', 'localhost']

type Addressed = Pick<Settings, 'host' | 'publicUrl' | 'trustProxy' | 'tlsCert'>
/** What the settings for addresses say together. */
export function judgeAddresses({ host, publicUrl, trustProxy, tlsCert }: Addressed): Finding[] {
  const isOpen = !loopback.includes(host)
  const found: Finding[] = []
  if (publicUrl === undefined) found.push(isOpen
    ? warn('PUBLIC_URL', 'It is not set, and others than this machine can reach Lodge: links in mails lead to an address that may be theirs alone.', 'Set PUBLIC_URL to the address that people type.')
    : ok('PUBLIC_URL', 'Not set: Lodge is for this machine only.'))
  else {
    const url = new URL(publicUrl)
    if (url.protocol === 'http:' && !loopback.includes(url.hostname)) found.push(bad('PUBLIC_URL', `${publicUrl} is without TLS: passwords travel in the open, and kiosk and notices do not work in browsers.`, 'Put a proxy with TLS in front (docs/operations.md), or set TLS_CERT and TLS_KEY.'))
    else found.push(ok('PUBLIC_URL', `People reach Lodge at ${publicUrl}.`))
    if (url.protocol === 'https:' && tlsCert === undefined && trustProxy === false) found.push(warn('TRUST_PROXY', 'PUBLIC_URL is https and Lodge itself speaks http, so there is a proxy, and it is not trusted: all visitors seem to come from one address and share its limits.', 'Set TRUST_PROXY to the address of the proxy, 127.0.0.1 when it is on this machine.'))
  }
  if (trustProxy === true && isOpen) found.push(warn('TRUST_PROXY', `It is true and HOST is ${host}: whoever reaches the port can say to be anybody's address.`, 'Name the addresses of the proxies instead, or listen on 127.0.0.1.'))
  if (isOpen && tlsCert === undefined && !publicUrl?.startsWith('https:')) found.push(warn('TLS', `HOST is ${host} and nothing here speaks TLS.`, 'Set TLS_CERT and TLS_KEY, or listen on 127.0.0.1 behind a proxy.'))
  return found
}

/** @param pem the certificate, with its chain or without */
export function judgeCertificate(pem: string, host: string | undefined, nowMs: number): Finding {
  const certificate = new X509Certificate(pem)
  const days = Math.floor((Date.parse(certificate.validTo) - nowMs) / 86_400_000)
  if (days < 0) return bad('TLS_CERT', `The certificate ended on ${certificate.validTo}.`, 'Renew it and restart Lodge.')
  if (nowMs < Date.parse(certificate.validFrom)) return bad('TLS_CERT', `The certificate is not valid before ${certificate.validFrom}.`, 'Set the clock, or use another one.')
  if (host !== undefined && certificate.checkHost(host) === undefined) return bad('TLS_CERT', `The certificate is not for ${host}, which PUBLIC_URL names.`, 'Use one for that name.')
  return days < 14 ? warn('TLS_CERT', `The certificate ends in ${days} days.`, 'Renew it and restart Lodge.') : ok('TLS_CERT', `The certificate is valid for ${days} more days.`)
}

const addresses: Look<Machine> = { name: 'addresses', run: async ({ config }) => judgeAddresses(config) }
const certificate: Look<Machine> = {
  name: 'TLS_CERT',
  run: async ({ config, now }) => config.tlsCert === undefined ? [] : judgeCertificate(await readFile(config.tlsCert, 'utf8'), config.publicUrl === undefined ? undefined : new URL(config.publicUrl).hostname, now()),
}
const mail: Look<Machine> = {
  name: 'mail',
  async run({ config }) {
    if (config.smtpUrl === undefined) return warn('mail', 'SMTP_URL is not set: mails stand in the tray and do not leave.', 'Set SMTP_URL and MAIL_FROM.')
    const url = new URL(config.smtpUrl)
    const transport = nodemailer.createTransport({ url: config.smtpUrl, connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 5_000 })
    try {
      await transport.verify()
      return ok('mail', `${url.hostname} takes our mail.`)
    } catch (error) {
      // Whatever a server says is quoted without what we sent it.
      return bad('mail', `${url.hostname} does not take our mail: ${(error as { code?: string }).code ?? 'it refuses'}.`, 'Check host, port, user and password in SMTP_URL. What is to leave waits and is tried again.')
    } finally {
      transport.close()
    }
  },
}
const answers: Look<Machine> = {
  name: 'server',
  async run({ config }) {
    const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/readyz`
    if (config.tlsCert !== undefined) return []   // its name is another one than this address
    const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).then((a) => a.json() as Promise<{ ready?: boolean; reasons?: string[] }>, () => undefined)
    if (answer?.ready === undefined) return ok('server', `No Lodge answers at ${host}:${config.port}.`)
    return answer.ready ? ok('server', 'Lodge runs here and is ready.') : bad('server', `Lodge runs here and is not ready: ${answer.reasons?.join(' ')}`, 'See the sentence, and docs/operations.md.')
  },
}

export const addressed: readonly Look<Machine>[] = [addresses, certificate, mail, answers]
