/** A push service on loopback, and the browsers that subscribed with it: it decrypts what it gets and checks who signed it. */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify, type ECDH } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PushMessage } from '#contract/pushes.ts'

export interface Pushed { browser: string; message: PushMessage; audience: string; contact: string; key: string; ttl: number; urgency: string }
export type Mood = 'accept' | 'later' | 'gone' | 'refuse' | 'redirect'
export interface PushPeer {
  readonly url: string
  mood: Mood
  /** What came, well encrypted and well signed, whatever was answered. */
  readonly received: readonly Pushed[]
  /** What came otherwise, and why it is wrong. */
  readonly broken: readonly string[]
  /** A browser subscribes. */
  browser(name: string): { endpoint: string; p256dh: string; auth: string }
  close(): Promise<void>
}

const answers: Record<Mood, number> = { accept: 201, later: 503, gone: 410, refuse: 403, redirect: 307 }

export async function startPushPeer(): Promise<PushPeer> {
  const browsers = new Map<string, { pair: ECDH; auth: Buffer }>()
  const received: Pushed[] = [], broken: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const name = decodeURIComponent(request.url?.slice(1) ?? '')
      try {
        const browser = browsers.get(name)
        if (!browser) throw new Error(`nobody subscribed as ${name}`)
        if (request.headers['content-encoding'] !== 'aes128gcm') throw new Error(`encoded as ${request.headers['content-encoding']}`)
        const { key, aud, sub } = signed(request.headers.authorization ?? '')
        received.push({ browser: name, message: JSON.parse(decrypted(Buffer.concat(chunks), browser)) as PushMessage, audience: aud, contact: sub, key, ttl: Number(request.headers['ttl']), urgency: String(request.headers['urgency']) })
      } catch (error) { broken.push(String(error)) }
      response.writeHead(answers[peer.mood], peer.mood === 'redirect' ? { location: '/elsewhere' } : {}).end(peer.mood === 'accept' ? '' : `in the mood to ${peer.mood}`)
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const peer: PushPeer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, mood: 'accept', received, broken,
    browser(name) {
      const pair = createECDH('prime256v1'), auth = randomBytes(16)
      pair.generateKeys()
      browsers.set(name, { pair, auth })
      return { endpoint: `${peer.url}/${encodeURIComponent(name)}`, p256dh: pair.getPublicKey('base64url'), auth: auth.toString('base64url') }
    },
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
  return peer
}

/** RFC 8292: a JWT signed by the key that is sent along, for this service, for less than a day. */
function signed(authorization: string): { key: string; aud: string; sub: string } {
  const [, jwt = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? []
  const [head, body, signature] = jwt.split('.')
  const point = Buffer.from(key, 'base64url')
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') } })
  if (!verify('sha256', Buffer.from(`${head}.${body}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature ?? '', 'base64url'))) throw new Error('the signature is wrong')
  const { aud, sub, exp } = JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as { aud: string; sub: string; exp: number }
  const leftSeconds = exp - Date.now() / 1000
  if (leftSeconds <= 0 || leftSeconds > 24 * 3600) throw new Error(`expires in ${leftSeconds} s`)
  return { key, aud, sub }
}

/** RFC 8291 with one record of RFC 8188. */
function decrypted(body: Buffer, { pair, auth }: { pair: ECDH; auth: Buffer }): string {
  const salt = body.subarray(0, 16), idLength = body[20] ?? 0
  const sender = body.subarray(21, 21 + idLength), sealed = body.subarray(21 + idLength)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), sender])
  const secret = Buffer.from(hkdfSync('sha256', pair.computeSecret(sender), auth, info, 32))
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16)), nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12))
  const opener = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
  const padded = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()])
  return padded.subarray(0, padded.lastIndexOf(2)).toString()
}
