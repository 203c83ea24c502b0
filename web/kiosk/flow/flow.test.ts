import { expect, it } from 'vitest'
import type { Snapshot } from '#contract/kiosks.ts'
import type { Kiosk } from '../kiosk.ts'
import { withField, type VisitorType } from './draft.ts'
import { startFlow } from './flow.ts'
import { operationOf } from './operation.ts'

const guest: VisitorType = {
  id: 't1', location: 'l', name: 'Guest', fields: [{ key: 'field1', label: 'Purpose', required: true }, { key: 'company', label: 'Company', required: false }],
  document: { version: 3, title: 'Rules', text: '…' }, photo: true, badge: true, active: true,
}
const courier: VisitorType = { ...guest, id: 't2', name: 'Courier', fields: [{ key: 'field1', label: 'Parcel for', required: true }], document: { version: 1, title: 'Ramp', text: '…' }, photo: false }
const snapshot = { visitorTypes: [guest, courier], visits: [], hosts: [{ id: 'h1', name: 'Ada Okafor' }], location: { walkIns: 'welcome' } } as unknown as Snapshot
const kiosk = { state: { now: { snapshot } }, locals: [], now: () => 0 } as unknown as Kiosk

it('[KO11] a visitor who changes what brings them here keeps who they are, and nothing that the other type asked', () => {
  const flow = startFlow(kiosk, () => 'en')
  const draft = () => flow.journey.now.draft
  flow.begin('walkIn')
  flow.answer({ name: 'Mara Lindqvist' })
  flow.answer({ type: guest })
  flow.answer({ hostName: 'Ada Okafor' })
  flow.answer(withField(draft(), 'field1', 'Lunch'))
  flow.answer(withField(draft(), 'company', 'Acme'))
  flow.answer({ email: 'mara@example.org', remember: true })
  flow.answer({ signature: { version: 3, image: 'data:image/png;base64,AA==' } })
  expect(flow.journey.now.place).toBe('photo')
  flow.journey.set({ place: 'type', draft: { ...draft(), photo: 'data:image/jpeg;base64,AA==' } })

  const kept = draft()
  flow.answer({ type: { ...guest } })
  expect(draft()).toEqual(kept)

  flow.go('type')
  flow.answer({ type: courier })
  expect(operationOf(draft(), snapshot, 'en', undefined).happened.body).toEqual({
    expected: false, name: 'Mara Lindqvist', language: 'en', company: 'Acme', email: 'mara@example.org', host: 'h1', visitorType: 't2', fields: {}, remember: true,
  })
})
