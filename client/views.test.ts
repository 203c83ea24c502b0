import { expect, it } from 'vitest'
import type { ClientFrame, ServerFrameOf } from '#contract/frames.ts'
import { newId } from './id.ts'
import { views } from './views.ts'

const welcome: ServerFrameOf<'welcome'> = {
  type: 'welcome', version: 1, connection: newId(), node: 'test', build: 'test', epoch: newId(), now: new Date(0).toISOString(), heartbeatMs: 10_000, windowMs: 1000, joined: [], settled: [], unknown: [],
}

it('asks after welcome for what was watched while nothing could be sent', () => {
  const sent: ClientFrame[] = []
  let isOpen = false
  const watched = views({ send: (frame) => { if (isOpen) sent.push(frame) } })
  watched.watch('people', () => {})
  expect(watched.hello()).toEqual(['people'])
  watched.watch('inbox:1', () => {})
  isOpen = true
  watched.handle(welcome)
  expect(sent).toEqual([{ type: 'watch', view: 'inbox:1' }])
})
