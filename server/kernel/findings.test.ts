import { expect, it } from 'vitest'
import { openFindings, type Change, type Found } from './findings.ts'

const bad: Found = { promise: 'P4', component: 'database', severity: 'warning', evidence: 'seven', whatToDo: 'Look.' }

it('[WD7] are raised after so many bad looks and cleared after so many good ones, once each', () => {
  let nowMs = 5
  const findings = openFindings({ now: () => nowMs })
  const changes: string[] = []
  findings.onChange(({ what, finding }: Change) => changes.push(`${what} ${finding.id}`))
  const look = (found: Found | undefined): void => { nowMs++; findings.look('x', found, { raiseAfter: 2, clearAfter: 2 }) }
  look(bad)
  look(undefined)
  look(bad)
  expect(findings.current()).toEqual([])
  look({ ...bad, evidence: 'eight' })
  expect(findings.current()).toMatchObject([{ id: 'x', sinceMs: 8, evidence: 'eight' }])
  look({ ...bad, evidence: 'nine' })
  look(undefined)
  look(bad)
  look(undefined)
  expect(findings.current()).toHaveLength(1)
  look(undefined)
  expect([findings.current(), changes]).toEqual([[], ['raised x', 'cleared x']])
})

it('clear those of a family that are not found any more', () => {
  const findings = openFindings({ now: () => 1 })
  findings.lookAll('leak:', new Map([['a', bad], ['b', bad]]))
  findings.look('other', bad)
  for (let n = 0; n < 3; n++) findings.lookAll('leak:', new Map([['b', bad]]))
  expect(findings.current().map((f) => f.id).sort()).toEqual(['leak:b', 'other'])
})
