import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

/** @param text addresses and networks separated by commas @returns whether an address is one of them */
export function networksOf(text: string): (address: string) => boolean {
  const networks = text.split(',').map((one) => one.trim()).filter(Boolean).map((one) => ipaddr.parseCIDR(one.includes('/') ? one : `${one}/${one.includes(':') ? 128 : 32}`))
  return (given) => {
    if (!ipaddr.isValid(given)) return false
    const address = ipaddr.process(given)   // an IPv4 address in IPv6 clothes is what it is
    return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits))
  }
}

/** Who asks, where no Fastify says it: the nearest address on the way that is no proxy of TRUST_PROXY. */
export function askerOf(trusted: boolean | string): (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string {
  const isProxy = typeof trusted === 'string' ? networksOf(trusted) : () => trusted
  return ({ socket: { remoteAddress = '' }, headers }) => {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',').map((one) => one.trim()).filter(Boolean)
    const way = [...forwarded, remoteAddress]   // the farthest first
    return way.findLast((address) => !isProxy(address)) ?? way[0]!
  }
}
