/** The dashboard asks for nothing that `/metrics` does not have, and metrics are named as Prometheus wants them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rows } from '#tools/grafana.ts'
import { startTestServer, type TestServer } from './server.ts'

let server: TestServer
let text = ''
beforeAll(async () => {
  server = await startTestServer()
  text = await (await fetch(`${server.url}/metrics`)).text()
})
afterAll(() => server.close())

const described = (): Map<string, string> => new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]))

it('[OP8] the dashboard names only metrics that there are', () => {
  const named = rows.flatMap(([, panels]) => panels.flatMap((p) => p.targets.flatMap((t) => [...t.expr.matchAll(/lodge_\w+/g)].map(([name]) => name))))
  expect(named.length).toBeGreaterThan(15)
  const known = described()
  expect([...new Set(named)].filter((name) => !known.has(name) && !known.has(name.replace(/_(?:bucket|sum|count)$/, '')))).toEqual([])
})

it('[OP8] every metric has a help text and a name of the convention: its unit at the end, `_total` for what only rises', () => {
  const known = described()
  const helped = new Set([...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name))
  expect([...known.keys()].filter((name) => !helped.has(name))).toEqual([])
  expect([...known].filter(([name, type]) => type === 'counter' && !name.endsWith('_total'))).toEqual([])
  expect([...known.keys()].filter((name) => name.startsWith('lodge_') && /(?:_ms|_mb|_kb|_minutes|Ms|Seconds)$/.test(name))).toEqual([])
})
