import { expect, it } from 'vitest'
import type { Snapshot } from '#contract/kiosks.ts'
import { asExpected, newDraft, withField, type Draft, type VisitorType } from './draft.ts'
import { mustAsk, operationOf } from './operation.ts'
import { stepAfter, stepsOf } from './steps.ts'

const guest: VisitorType = { id: 't1', location: 'l', name: 'Guest', fields: [{ key: 'purpose', label: 'Purpose', required: true }, { key: 'plate', label: 'Plate', required: false }], document: { version: 3, title: 'Rules', text: '…' }, photo: true, badge: true, active: true }
const courier: VisitorType = { ...guest, id: 't2', name: 'Courier', fields: [], document: null, photo: false }
const found = { id: 'v', name: 'Mara Lindqvist', company: 'Acme', host: 'h1', visitorType: 't1', day: '2026-03-10', expectedAt: null, status: 'expected', code: 'c', fields: { plate: 'AB 12' } }
const snapshotOf = (walkIns: Snapshot['location']['walkIns'], ...visitorTypes: VisitorType[]): Snapshot =>
  ({ visitorTypes, visits: [found], hosts: [{ id: 'h1', name: 'Ada Okafor' }], location: { walkIns } } as unknown as Snapshot)
const one = snapshotOf('welcome', guest)

it('asks an expected visitor only what is not known yet', () => {
  const draft = asExpected(newDraft('expected', 'mara lindqvist'), found, one)
  expect(stepsOf(draft, one)).toEqual(['name', 'confirm', 'field:purpose', 'document', 'photo'])
  expect(stepAfter('photo', draft, one)).toBeUndefined()
  expect(stepsOf(asExpected(newDraft('expected'), { ...found, visitorType: null }, one), one)).toEqual(['name', 'confirm'])
})
it('does not ask the same field again because it was just filled in', () => {
  const draft = withField(asExpected(newDraft('expected'), found, one), 'purpose', 'Lunch')
  expect(stepAfter('field:purpose', draft, one)).toBe('document')
})
it('asks a walk-in for company, kind and host', () => {
  expect(stepsOf(newDraft('walkIn'), one)).toEqual(['name', 'company', 'host', 'field:purpose', 'field:plate', 'remember', 'document', 'photo'])
  const two = snapshotOf('welcome', guest, courier)
  expect(stepsOf(newDraft('walkIn'), two)).toEqual(['name', 'company', 'type', 'host', 'remember'])
  expect(stepsOf({ ...newDraft('walkIn'), type: guest }, two)).toContain('document')
  expect(stepsOf({ ...newDraft('walkIn'), isReturning: true }, two)).toEqual(['name', 'type', 'host'])
  expect(stepsOf(newDraft('walkIn'), snapshotOf('welcome'))).toEqual(['name', 'company', 'host', 'remember'])
})

const walkIn: Draft = { ...newDraft('walkIn', ' Tomás Reyes '), email: 'tomas@example.org', remember: true, fields: { purpose: ' Lunch ', plate: ' ' }, signature: { version: 3, image: 'data:image/png;base64,AA==' } }
it('checks in whom the place welcomes, and asks for whom it does not', () => {
  const { happened, visit } = operationOf(walkIn, one, 'es', undefined)
  expect(happened).toEqual({ id: walkIn.operation, type: 'check_in', visit: walkIn.visit, body: {
    expected: false, name: 'Tomás Reyes', language: 'es', email: 'tomas@example.org', visitorType: 't1', fields: { purpose: 'Lunch' }, signature: { version: 3, image: 'data:image/png;base64,AA==' }, remember: true } })
  expect(visit).toEqual({ id: walkIn.visit, name: 'Tomás Reyes', company: '', status: 'checked_in' })
  const asked = operationOf(walkIn, snapshotOf('approve', guest), 'es', undefined)
  expect(asked.happened.type).toBe('ask')
  expect(asked.happened.body).not.toHaveProperty('watched')
  expect(asked.visit.status).toBe('waiting')
})
it('sends who is blocked to reception, expected or not, and lets who is only watched pass', () => {
  const draft = asExpected(newDraft('expected'), found, one)
  expect(operationOf(draft, one, 'en', 'block').happened).toMatchObject({ type: 'ask', visit: 'v', body: { watched: true, name: 'Mara Lindqvist' } })
  expect(operationOf(draft, one, 'en', 'alert').happened).toMatchObject({ type: 'check_in', visit: 'v', body: { expected: true, company: 'Acme', host: 'h1' } })
  expect(mustAsk(draft, snapshotOf('approve'), undefined)).toBe(false)
})
it('lets people leave', () => {
  expect(operationOf({ ...newDraft('leaving', 'Mara'), visit: 'v' }, one, 'en', undefined)).toMatchObject({ happened: { type: 'check_out', visit: 'v', body: {} }, visit: { status: 'checked_out' } })
})
