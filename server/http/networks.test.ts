import { expect, it } from 'vitest'
import { askerOf, networksOf } from './networks.ts'

it('knows which addresses are in a list of networks', () => {
  const isOurs = networksOf('10.0.0.0/8, 192.0.2.1,fd00::/64')
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.1', 'fd00::5']) expect(isOurs(address), address).toBe(true)
  for (const address of ['11.0.0.1', '192.0.2.2', 'fd00:0:0:1::5', '', 'unknown']) expect(isOurs(address), address).toBe(false)
  expect(networksOf('')('10.0.0.1')).toBe(false)
})

it.each([
  ['nobody is trusted', false, '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['the proxy says who asks', '127.0.0.1', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['it is not the proxy', '127.0.0.1', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['somebody claims to be another', '127.0.0.1', '127.0.0.1', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
  ['there are two proxies', '127.0.0.1, 10.0.0.0/8', '127.0.0.1', '192.0.2.66, 198.51.100.1, 10.0.0.7', '198.51.100.1'],
  ['all are trusted', true, '10.0.0.7', '198.51.100.1, 10.0.0.8', '198.51.100.1'],
  ['the proxy says nothing', '127.0.0.1', '127.0.0.1', undefined, '127.0.0.1'],
])('knows who asks where %s', (_what, trusted, remoteAddress, forwarded, asker) => {
  expect(askerOf(trusted)({ socket: { remoteAddress } as never, headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) } })).toBe(asker)
})
