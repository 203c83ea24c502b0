/**
 * Whom this server may send something to because somebody said so: a browser's push address, the address of a webhook. Without
 * this, whoever is signed in could have the server knock at the doors of its own network. Only HTTPS, and only addresses that the whole world can reach. The
 * name is looked up for the connection itself; there is no second look-up that could say something else.
 */
import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

export class OutOfReach extends Error {}
export interface Reach {
  /** @returns why not, in a sentence */
  refuses(endpoint: string): string | undefined
  readonly lookup: LookupFunction | undefined
}

const isPublic = (address: string): boolean => ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'

export const publicOnly: Reach = {
  refuses(endpoint) {
    const url = URL.parse(endpoint)
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return 'The address must begin with https:// and hold no password.'
    const host = url.hostname.replace(/^\[|\]$/g, '')
    return isIP(host) && !isPublic(host) ? 'The address must be one that the whole world can reach.' : undefined
  },
  lookup(name, options, done) {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '')
      const first = found[0]
      if (!first || !found.every(({ address }) => isPublic(address))) return done(new OutOfReach(`${name} is not an address that the whole world can reach.`), '')
      if (options.all) done(null, found)
      else done(null, first.address, first.family)
    })
  },
}
/** For tests, whose push service or receiver is on this machine. */
export const anywhere: Reach = { refuses: (endpoint) => URL.canParse(endpoint) ? undefined : 'This is no address.', lookup: undefined }
