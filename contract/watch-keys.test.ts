import { describe, expect, it } from 'vitest'
import { listKeys, watchKeys } from './watch-keys.ts'

const meets = (listed: Parameters<typeof listKeys>[0], visitor: Parameters<typeof watchKeys>[0]): boolean => {
  const keys = new Set(listKeys(listed))
  return watchKeys(visitor).some((key) => keys.has(key))
}

describe('[VW1] the watchlist meets people', () => {
  it.each([
    ['Jürgen Müller', 'MUELLER Juergen'], ['Мария Иванова', 'Maria Ivanova'], ['王小明', 'Wang Xiaoming'], ['Xiaoming Wang', '王小明'], ['محمد علي', 'Mohamed Ali'],
    ['Mohammed Aly', 'محمد علي'], ['Philipp Schmidt', 'Filip Shmidt'], ['Ana María de la Cruz', 'Ana Cruz'], ['Katherine Smyth', 'Catherine Smith'], ['Γιώργος Παπαδόπουλος', 'Giorgos Papadopoulos'],
  ])('%s as %s', (listed, said) => expect(meets({ name: listed }, { name: said })).toBe(true))
  it('by domain, address and phone, however it is written', () => {
    expect(meets({ email: '@Example.com' }, { email: 'mara@example.COM' })).toBe(true)
    expect(meets({ email: 'mara@example.com' }, { email: 'Mara@Example.com' })).toBe(true)
    expect(meets({ phone: '+46 70 123 45 67' }, { phone: '070-123 45 67' })).toBe(true)
  })
})
describe('[VW1] and lets others pass', () => {
  it.each([
    ['Jürgen Müller', 'Jürgen Möller'], ['Mohamed Ali', 'Mahmoud Al'], ['Anna Berg', 'Hanna Borg'], ['王小明', 'Wang Xiaohong'], ['Li Wei', 'Lee Way Chen'],
  ])('%s is not %s', (listed, said) => expect(meets({ name: listed }, { name: said })).toBe(false))
  it('of another domain, address or number', () => {
    expect(meets({ email: 'mara@example.com' }, { email: 'tomas@example.com' })).toBe(false)
    expect(meets({ email: '@example.com' }, { email: 'a@not-example.com' })).toBe(false)
    expect(meets({ phone: '070-123 45 67' }, { phone: '070-123 45 68' })).toBe(false)
  })
})
