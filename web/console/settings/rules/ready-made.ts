import type { RuleFields } from '#contract/rules.ts'
import { ownZone } from '../../times.ts'
import { t } from '../../words.ts'

const usual: RuleFields = { name: '', trigger: { kind: 'message_received' }, timing: { from: 'event', minutes: 0 }, lateMaxMinutes: 30, conditions: [], actions: [{ do: 'message', text: '' }], mode: 'do', once: 'conversation', stopAfter: false }
export const blankRule = (): RuleFields => structuredClone(usual)

export const readyKinds = ['welcome', 'unanswered', 'keyword', 'closed'] as const
/** Rules to start from, in the reader's language. */
export function readyMade(kind: (typeof readyKinds)[number]): RuleFields {
  const name = t(`ready_${kind}`)
  const guest = t('ready_guest')
  switch (kind) {
    case 'welcome': return {
      ...usual, name, trigger: { kind: 'visit_checked_in' }, timing: { from: 'event', minutes: 10 }, once: 'visit',
      actions: [{ do: 'message', text: t('ready_welcomeSays', { location: '{{visit.location}}', name: `{{visit.firstName|${guest}}}`, host: `{{visit.host|${t('ready_host')}}}` }) }],
    }
    case 'unanswered': return {
      ...usual, name, trigger: { kind: 'unanswered' }, timing: { from: 'event', minutes: 15 }, lateMaxMinutes: 60, once: 'message', conditions: [{ kind: 'status', is: ['open'] }],
      actions: [{ do: 'notify', whom: 'admins', text: t('ready_unansweredSays', { name: '{{contact.name}}' }) }],
    }
    case 'keyword': return {
      ...usual, name, trigger: { kind: 'keyword', words: t('ready_keywordWords').split(',').map((word) => word.trim()), match: 'contains' }, lateMaxMinutes: 120, mode: 'suggest',
      actions: [{ do: 'message', text: t('ready_keywordSays', { name: `{{contact.firstName|${guest}}}` }) }, { do: 'label', labels: [t('ready_keywordLabel')] }],
    }
    case 'closed': return {
      ...usual, name, conditions: [{ kind: 'hours', days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '20:00', zone: ownZone, within: false }],
      actions: [{ do: 'message', text: t('ready_closedSays') }],
    }
  }
}
