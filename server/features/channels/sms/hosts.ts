/** Which addresses a channel may connect to. An administrator of an account writes the host; what stands inside the house's network is only reached when the operator of the server allowed it. */
import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { networksOf } from '#server/http/networks.ts'

export interface Hosts {
  /** The address to connect to: it was looked at, so nothing else may be looked up again. @throws Error with a sentence for the administrator */
  addressOf(host: string): Promise<string>
}

/** @param inside addresses and networks separated by commas */
export function hosts(inside: string, resolve: (host: string) => Promise<readonly string[]> = async (host) => (await lookup(host, { all: true })).map((a) => a.address)): Hosts {
  const isAllowed = networksOf(inside)
  const mayReach = (address: string): boolean => ipaddr.process(address).range() === 'unicast' || isAllowed(address)
  return {
    async addressOf(host) {
      const found = ipaddr.isValid(host) ? [host] : await resolve(host).catch(() => { throw new Error(`No address is known for ${host}.`) })
      const reachable = found.find(mayReach)
      if (reachable === undefined) throw new Error(`${host} is inside this server’s own network. Its operator can allow it with CHANNEL_NETWORKS.`)
      return reachable
    },
  }
}
