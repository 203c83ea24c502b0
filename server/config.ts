import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
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
      if (networks.test(text)) return text
      throw new Error('addresses and networks separated by commas')
    case 'proxies':
      if (text === 'true' || text === 'false') return text === 'true'
      if (networks.test(text)) return text
      throw new Error('true, false, or addresses and networks separated by commas')
  }
}

const networks = /^[\da-f:.]+(\/\d+)?(\s*,\s*[\da-f:.]+(\/\d+)?)*$/i

function url(text: string, { schemes, bare }: Extract<Option, { kind: 'url' }>): string {
  const parsed = URL.parse(text)
  const behind = parsed && (parsed.pathname.replace('/', '') || parsed.search || parsed.hash)
  if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1)) || (bare && behind)) {
    throw new Error(`an address that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}${bare ? ' and has nothing behind host and port' : ''}`)
  }
  return bare ? parsed.origin : text
}
