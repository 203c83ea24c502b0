/**
 * What a run will do, decided once and kept: texts are filled in and people are named now, so that a repeat after a crash does the
 * same under the same ids, and changes nothing.
 */
import { filled } from '#contract/placeholders.ts'
import type { ActionKind } from '#contract/rule-kinds.ts'
import type { Action } from '#contract/rules.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { valuesOf, type Facts } from './facts.ts'

export type StepBody =
  | { do: 'message'; conversation: string; text: string }
  | { do: 'message'; mail: { to: string; subject: string }; text: string }
  | { do: 'note'; conversation: string; text: string }
  | { do: 'assign'; conversation: string; user: string | null; team: string | null }
  | { do: 'label'; conversation: string; labels: readonly string[] }
  | { do: 'close'; conversation: string }
  | { do: 'notify'; whom: Extract<Action, { do: 'notify' }>['whom']; user: string | null; team: string | null; text: string; path: string }
  | { do: 'webhook'; url: string; payload: object }
export interface Step { id: string; step: number; action: ActionKind; body: StepBody | null; state: 'waiting' | 'skipped' | 'failed'; code: string | null }

interface About { run: string; rule: { id: string; name: string }; trigger: string; happenedAt: string; visit: string | null; booking: string | null }

export function planOf(actions: readonly Action[], facts: Facts, about: About): Step[] {
  const values = valuesOf(facts)
  const labels = new Set(facts.conversation?.labels)
  return actions.map((action, step) => {
    const id = derivedId('rule step', about.run, String(step))
    const made = bodyOf(action, facts, about, (text) => filled(text, values), labels)
    return { id, step, action: action.do, ...(typeof made === 'string' ? { body: null, state: made === 'blank' ? 'skipped' : 'failed', code: made } as const : { body: made, state: 'waiting', code: null } as const) }
  })
}

function bodyOf(action: Action, facts: Facts, about: About, fill: (text: string) => string, labels: Set<string>): StepBody | 'no_way' | 'nobody' | 'blank' {
  const { conversation: c, visit: v, booking: b } = facts
  if (action.do === 'webhook') {
    const { run, rule, trigger, happenedAt } = about
    return { do: 'webhook', url: action.url, payload: { run, rule, event: trigger, happenedAt, conversation: c?.id ?? null, contact: c?.contact ?? null, visit: v?.id ?? null, booking: b?.id ?? null } }
  }
  if (action.do === 'notify') {
    const user = action.whom === 'user' ? action.user ?? null : action.whom === 'assignee' ? c?.assignee ?? null : action.whom === 'host' ? v?.host ?? b?.user ?? null : null
    const team = action.whom === 'team' ? c?.team ?? null : null
    if (action.whom !== 'admins' && !user && !team) return 'nobody'
    return { do: 'notify', whom: action.whom, user, team, text: fill(action.text), path: v ? `/visits/${v.id}` : c ? `/inbox/${c.id}` : '/' }
  }
  if (action.do === 'message') {
    const text = fill(action.text)
    if (text.trim() === '') return 'blank'
    if (c) return { do: 'message', conversation: c.id, text }   // of a visit: by SMS
    const to = v?.email ?? b?.email
    return to ? { do: 'message', mail: { to, subject: facts.accountName }, text } : 'no_way'
  }
  if (!c) return 'no_way'
  switch (action.do) {
    case 'note': { const text = fill(action.text); return text.trim() === '' ? 'blank' : { do: 'note', conversation: c.id, text } }
    case 'assign': return { do: 'assign', conversation: c.id, user: action.user, team: action.team }
    case 'label':
      for (const label of action.labels) labels.add(label.trim())
      return { do: 'label', conversation: c.id, labels: [...labels].slice(0, 20) }
    case 'close': return { do: 'close', conversation: c.id }
  }
}
