import { accessSync, constants, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { options, type Config, type Option } from '#contract/config.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'

/** @throws CannotStart with a line for each wrong variable, which says what is expected */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config & { readonly keys: string } {
  const wrong: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries<Option>(options)) {
    const text = env[option.env]?.trim()
    if (!text) {
      values[name] = 'default' in option ? option.default : undefined
      continue
    }
    try {
      values[name] = parse(option, text)
    } catch (error) {
      const shown = option.secret ? `${option.env} is wrong` : `${option.env} is "${text}"`
      wrong.push(`${shown}; it must be ${(error as Error).message}.`)
    }
  }
  const config = values as unknown as Config
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) wrong.push('TLS_CERT and TLS_KEY belong together; only one of them is set.')
  if (config.smtpUrl !== undefined && config.mailFrom === undefined) wrong.push('MAIL_FROM is not set; with SMTP_URL it must say whom mails come from.')
  if (config.drill === 'on' && !['127.0.0.1', '::1', 'localhost'].includes(config.host)) wrong.push(`HOST is "${config.host}"; with LODGE_DRILL it must be 127.0.0.1, ::1 or localhost: whoever reaches the port could break the house.`)
  if (config.drill === 'off' && config.protectionsOff.length > 0) wrong.push('LODGE_PROTECTIONS_OFF is for drills; it needs LODGE_DRILL=on.')
  if (wrong.length > 0) throw new CannotStart(wrong.join('\n'))
  return { ...config, keys: config.keys ?? join(config.folder, 'keys') }
}

/** @throws Error whose message says what is expected */
function parse(option: Option, text: string): unknown {
  switch (option.kind) {
    case 'text': case 'folder': return text
    case 'time':
      if (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)) return text
      throw new Error('a time of day like 03:30')
    case 'integer': {
      const n = Number(text)
      if (/^\d+$/.test(text) && n >= option.min && n <= option.max) return n
      throw new Error(`a whole number from ${option.min} to ${option.max}`)
    }
    case 'choice':
      if (option.of.includes(text)) return text
      throw new Error(`one of ${option.of.join(', ')}`)
    case 'url': return url(text, option)
    case 'file':
      try {
        accessSync(text, constants.R_OK)
        return text
      } catch {
        throw new Error('a file that can be read')
      }
    case 'some': {
      const words = text.split(',').map((word) => word.trim())
      if (words.every((word) => option.of.includes(word))) return words
      throw new Error(`some of ${option.of.join(', ')}, separated by commas`)
    }
    case 'networks':
      if (areNetworks(text)) return text
      throw new Error('addresses and networks separated by commas')
    case 'proxies':
      if (text === 'true' || text === 'false') return text === 'true'
      if (areNetworks(text)) return text
      throw new Error('true, false, or addresses and networks separated by commas')
  }
}

const areNetworks = (text: string): boolean => text.split(',').every((one) => {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(one.trim()) ?? []
  return Number(bits) <= ({ 4: 32, 6: 128 }[isIP(address)] ?? -1)
})

function url(text: string, { schemes, bare }: Extract<Option, { kind: 'url' }>): string {
  const parsed = URL.parse(text)
  const behind = parsed && (parsed.pathname.replace('/', '') || parsed.search || parsed.hash)
  if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1)) || (bare && behind)) {
    throw new Error(`an address that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}${bare ? ' and has nothing behind host and port' : ''}`)
  }
  return bare ? parsed.origin : text
}

/** @throws CannotStart when the files are no certificate with its key: found out before anything is opened */
export function tlsOf({ tlsCert, tlsKey }: Pick<Config, 'tlsCert' | 'tlsKey'>): { cert: string; key: string } | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined
  try {
    const tls = { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') }
    createSecureContext(tls)
    return tls
  } catch (error) {
    throw new CannotStart(`TLS_CERT is "${tlsCert}" and TLS_KEY is "${tlsKey}"; they must be a certificate in PEM and the private key that belongs to it (${(error as Error).message}).`)
  }
}

/** In words, why nobody can be let in there; `name` is the variable that holds the port. */
export function cannotListen({ code, message }: NodeJS.ErrnoException, host: string, name: 'PORT' | 'STATUS_PORT', port: number): CannotStart {
  switch (code ?? '') {
    case 'EADDRINUSE': return new CannotStart(`Port ${port} is taken by another program. Set ${name} to a free one.`)
    case 'EACCES': return new CannotStart(`${name} is ${port}, which this user may not open. Set it to one from 1024 on.`)
    case 'EADDRNOTAVAIL': case 'ENOTFOUND': case 'EAI_AGAIN': return new CannotStart(`HOST is "${host}"; it must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them (${message}).`)
    default: return new CannotStart(`Nobody can be let in at HOST "${host}" and ${name} ${port}: ${message}.`)
  }
}
