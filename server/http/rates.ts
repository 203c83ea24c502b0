import ipaddr from 'ipaddr.js'
import type { FastifyRequest } from 'fastify'
import { rateLimiter, type Rate, type RateLimiter } from '#server/kernel/rates.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { RateName } from './route.ts'

/** Per address. A hotel's guests share one address, so visitors get more than passwords. */
const rates: Record<RateName, Rate> = {
  session: { burst: 20, perMinute: 10 },
  links: { burst: 20, perMinute: 10 },
  visitors: { burst: 120, perMinute: 120 },
}

/** Counts a request against its route's rate. @throws Refusal `rate_limited` */
export function addressRates(now: () => number) {
  const limiters = Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rateLimiter(rate, now)])) as Record<RateName, RateLimiter>
  return (request: FastifyRequest, name: RateName): void => {
    if (name === 'visitors' && isLocalProgram(request)) return
    const waitMs = limiters[name].take(network(request.ip))
    if (waitMs > 0) throw new Refusal('rate_limited', undefined, waitMs)
  }
}

/** A replay or a bench on this machine is a thousand visitors at one address. A proxy says for whom it asks, so it is none. */
const isLocalProgram = ({ headers, ip }: FastifyRequest): boolean =>
  headers['x-forwarded-for'] === undefined && headers.forwarded === undefined && ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback'

/** One IPv6 household has 2^64 addresses: they count as one. */
export function network(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).map((part) => part.toString(16)).join(':') : parsed.toString()
}
