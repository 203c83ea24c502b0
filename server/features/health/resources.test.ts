import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { open } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { openFindings } from '#server/kernel/findings.ts'
import { resourceLedger } from './resources.ts'

it('[WD8] counts sockets and files of this process with their owners', async () => {
  const ledger = resourceLedger({ owned: () => ({ clients: 2 }), findings: openFindings({ now: Date.now }), now: Date.now })
  await ledger.look()
  const before = ledger.last()!
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const inside: Socket[] = []
  server.on('connection', (socket) => inside.push(socket))
  const outside = Array.from({ length: 5 }, () => connect((server.address() as { port: number }).port, '127.0.0.1'))
  await expect.poll(() => inside.length).toBe(5)
  const file = await open('/dev/null')
  try {
    await ledger.look()
    const after = ledger.last()!
    expect(after.sockets.total - before.sockets.total).toBe(10)
    expect(after.sockets.owners).toMatchObject({ clients: 2, other: after.sockets.total - 2 })
    if (process.platform === 'linux') {
      expect(after.files.total - before.files.total).toBe(12)   // ten sockets, one that listens, one file
      expect(after.files.limit).toBeGreaterThan(100)
    }
  } finally {
    for (const socket of [...outside, ...inside]) socket.destroy()
    server.close()
    await file.close()
  }
})

it('[WD8] counts timers', async () => {
  const ledger = () => resourceLedger({ owned: () => ({}), findings: openFindings({ now: Date.now }), now: Date.now })
  const [before, after] = [ledger(), ledger()]
  // Within one turn of the loop: Vitest sets timers of its own and lets them go, between any two.
  const counting = [before.look()]
  const timers = Array.from({ length: 7 }, () => setTimeout(() => {}, 60_000))
  counting.push(after.look())
  for (const timer of timers) clearTimeout(timer)
  await Promise.all(counting)
  expect(after.last()!.timers.total - before.last()!.timers.total).toBe(7)
})

it('[WD8] alarms when what belongs to nobody only rises, and not when clients do', async () => {
  let nowMs = 1_000_000_000
  let clients = 0
  let lost = 0
  const findings = openFindings({ now: () => nowMs })
  const ledger = resourceLedger({
    owned: () => ({ clients }), findings, now: () => nowMs, filesMost: async () => 20_000,
    active: () => Array.from({ length: 10 + clients + lost }, () => 'TCPSocketWrap').concat(Array.from({ length: 4 }, () => 'Timeout')),
  })
  for (let n = 0; n < 30; n++) { clients += 300; await ledger.look(); nowMs += 30_000 }
  expect(findings.current()).toEqual([])
  for (let n = 0; n < 25; n++) { lost += 300; await ledger.look(); nowMs += 30_000 }
  expect(findings.current().map((f) => f.id)).toContain('sockets.rising')
  expect(findings.current().find((f) => f.id === 'sockets.rising')).toMatchObject({ promise: 'P4', component: 'sockets', evidence: expect.stringMatching(/clients 9000, other \d+.*belong to nobody/) as string })
})
