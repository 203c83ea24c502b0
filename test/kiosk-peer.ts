/** A kiosk without a screen: what it sends, as its page would. */
import { newId } from '#client/id.ts'
import { caller, valueOf, type Call } from '#client/call.ts'
import { pairKiosk, saveKiosk, sendOperations, type OperationResult } from '#contract/kiosks.ts'
import type { TestServer } from './server.ts'
import { ada, lobby } from './world.ts'

export interface TestKiosk {
  readonly id: string; readonly log: string; readonly token: string; readonly call: Call
  /** Numbers and times itself. */
  operation(type: string, visit: string, body?: object, more?: object): { id: string; seq: number; type: string; visit: string; at: string; offsetMs: number | null; body: object }
  send(operations: readonly unknown[]): Promise<OperationResult[]>
}

export async function pairTestKiosk(server: TestServer, name = 'Entrance', by = ada, location = lobby.id): Promise<TestKiosk> {
  const id = newId()
  const { code } = valueOf(await server.callAs(by)(saveKiosk, { params: { kiosk: id }, body: { name, location } }))
  const { token } = valueOf(await server.callAs()(pairKiosk, { body: { code } }))
  const call = caller({ url: server.url, bearer: async () => token })
  const log = newId()
  let seq = 0
  return {
    id, log, token, call,
    operation: (type, visit, body = {}, more = {}) => ({ id: newId(), seq: ++seq, type, visit, at: new Date().toISOString(), offsetMs: 0, body, ...more }),
    send: async (operations) => valueOf(await call(sendOperations, { body: { log, operations: [...operations] } })).results,
  }
}
