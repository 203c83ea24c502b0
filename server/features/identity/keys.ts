import { createECDH, randomBytes } from 'node:crypto'
import { appendFile, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '#server/db/folder.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import type { TicketKey } from '#server/kernel/ticket.ts'

export interface Keys {
  /** Oldest first; the last one signs. */
  readonly tickets: readonly TicketKey[]
  readonly cookieSecret: string
  /** The private key of web push, P-256 in base64url. Another one makes every browser's subscription worthless. */
  readonly pushSecret: string
}

/**
 * The file holds one key a line, `ticket <id> <secret>`, `cookie <id> <secret>` or `push <id> <secret>`; the last of a kind is used, of `push`
 * the first; tickets of earlier lines stay valid. To exchange a key: append a line on every node, restart, and remove the old line 15 minutes later.
 * Made with new keys, readable by its owner only, when it does not exist. Nodes of one fleet share it.
 * @throws CannotStart when it exists and is not of this form: guessing would sign everybody out
 */
export async function loadKeys(path: string): Promise<Keys> {
  const cannot = (cause: Error): never => { throw new CannotStart(`The signing keys cannot be read or made in ${path}: ${cause.message}. LODGE_KEYS names the file; this user must be able to read it, and for a first start to make it.`) }
  await makeFolder(dirname(path), `the folder of LODGE_KEYS, ${dirname(path)}`)
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => error.code === 'EEXIST' ? undefined : cannot(error))
  if (file) {
    const id = () => randomBytes(4).toString('hex')
    const secret = () => randomBytes(32).toString('base64url')
    await file.writeFile(`ticket ${id()} ${secret()}\ncookie ${id()} ${secret()}\npush ${id()} ${newPushSecret()}\n`)
    await file.sync()
    await file.close()
  }
  const keys = parseKeys(await readFile(path, 'utf8').catch(cannot), path)
  if (keys.pushSecret !== undefined) return { ...keys, pushSecret: keys.pushSecret }
  // A file from before there was web push. Should two nodes do this at once, both read the same first line.
  await appendFile(path, `\npush ${randomBytes(4).toString('hex')} ${newPushSecret()}\n`)
    .catch((cause: Error) => { throw new CannotStart(`${path} holds no key for web push, and none can be added: ${cause.message}. Make the file writable for one start.`) })
  return loadKeys(path)
}

export function newPushSecret(): string {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  return Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32).toString('base64url')
}

function parseKeys(text: string, path: string): Omit<Keys, 'pushSecret'> & { pushSecret: string | undefined } {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => {
    const [, kind, id, secret] = /^(ticket|cookie|push) (\w{1,32}) ([\w-]{43,})\s*$/.exec(line) ?? []
    if (!kind || !id || !secret) throw new CannotStart(`${path} holds a line that is no key. Each is: ticket, cookie or push, an id, 32 bytes in base64url.`)
    return { kind, id, secret }
  })
  const cookie = lines.findLast((line) => line.kind === 'cookie')
  const tickets = lines.flatMap(({ kind, id, secret }) => kind === 'ticket' ? [{ id, secret: Buffer.from(secret, 'base64url') }] : [])
  if (!cookie || tickets.length === 0) throw new CannotStart(`${path} must hold at least one ticket key and one cookie key.`)
  return { tickets, cookieSecret: cookie.secret, pushSecret: lines.find((line) => line.kind === 'push')?.secret }
}
