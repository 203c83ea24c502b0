import { createECDH } from 'node:crypto'

export interface Vapid { subject: string; publicKey: string; privateKey: string }

/** @param secret 32 bytes in base64url, of the keys file @param contact `https:` or `mailto:`: whom a push service writes to when something is wrong */
export function vapidOf(secret: string, contact: string): Vapid {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(Buffer.from(secret, 'base64url'))
  return { subject: contact, privateKey: secret, publicKey: pair.getPublicKey('base64url') }
}
