import { describe, expect, it } from 'vitest'
import { ticketLifeMs } from '#contract/limits.ts'
import { signTicket, verifyTicket } from './ticket.ts'

const key = (id: string) => ({ id, secret: new TextEncoder().encode(`secret of ${id}`.padEnd(32, '.')) })
const [old, young] = [key('old'), key('young')]
const ada = { account: 'a', actor: 'user:ada', role: 'admin', subject: 'session:1' } as const
const startMs = Date.UTC(2026, 10, 24)

describe('a ticket', () => {
  it('[ID2] says who is calling, for 15 minutes', () => {
    const { ticket, expiresAt } = signTicket([old], ada, startMs)
    expect(expiresAt).toBe('2026-11-24T00:15:00.000Z')
    const expected = { ...ada, issuedAtMs: startMs, expiresAtMs: startMs + ticketLifeMs }
    expect(verifyTicket([old], ticket, startMs, 0)).toEqual(expected)
    expect(verifyTicket([old], ticket, startMs + ticketLifeMs - 1, 0)).toEqual(expected)
    expect(() => verifyTicket([old], ticket, startMs + ticketLifeMs, 0)).toThrow('expired')
  })

  it('is honoured longer while grace is given', () => {
    const { ticket } = signTicket([old], ada, startMs)
    expect(verifyTicket([old], ticket, startMs + ticketLifeMs + 999, 1000).actor).toBe('user:ada')
    expect(() => verifyTicket([old], ticket, startMs + ticketLifeMs + 1000, 1000)).toThrow('expired')
  })

  it('is signed with the newest key and accepted with any', () => {
    const before = signTicket([old], ada, startMs).ticket
    const after = signTicket([old, young], ada, startMs).ticket
    expect(after.startsWith('young.')).toBe(true)
    for (const ticket of [before, after]) expect(verifyTicket([old, young], ticket, startMs, 0).account).toBe('a')
    expect(() => verifyTicket([young], before, startMs, 0)).toThrow('no ticket of this server')
  })

  it('[ID2] cannot be made or changed by others', () => {
    const { ticket } = signTicket([old], ada, startMs)
    const [id, payload, signature] = ticket.split('.') as [string, string, string]
    const grown = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('"a"', '"b"')).toString('base64url')
    expect(grown).not.toBe(payload)
    const forged = signTicket([{ id: 'old', secret: young.secret }], ada, startMs).ticket
    const cut = [`${id}.${payload}.${signature.slice(0, -2)}`, `${id}.${payload}.`, `${id}.${payload}`, '', '..']
    for (const bad of [...cut, `${id}.${grown}.${signature}`, `${ticket}.x`, `young.${payload}.${signature}`, forged]) {
      expect(() => verifyTicket([old, young], bad, startMs, 0), bad).toThrow(expect.objectContaining({ code: 'unauthenticated' }))
    }
  })
})
