import { useState } from 'react'
import { actionFamilies, conditionFamilies, triggerFamily, triggerKinds, type TriggerKind } from '#contract/rule-kinds.ts'
import { renewRuleSecret, saveRule, type RuleFields, type Trigger } from '#contract/rules.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, Select, TextField } from '#web/ui/field.tsx'
import { Form } from '#web/ui/form.tsx'
import { useLive } from '../../live/live-context.ts'
import { whyNot } from '../../shell/notices.ts'
import { t } from '../../words.ts'
import { FormFoot } from '../form-foot.tsx'
import { went } from '../page.tsx'
import { ToldOnce } from '../told-once.tsx'
import { ActionFields } from './action-fields.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { DryRunPanel } from './dry-run-panel.tsx'
import { ListField } from './list-field.tsx'
import { TimingFields } from './timing-fields.tsx'

interface Props { id: string; fields: RuleFields; isNew: boolean; hasSecret: boolean; onClose: () => void; onSaved: () => void }

const triggerOf = (kind: TriggerKind): Trigger => kind === 'keyword' ? { kind, words: [], match: 'contains' } : kind === 'conversation_labelled' ? { kind, label: '' } : { kind }
const waits = (kind: TriggerKind): boolean => kind === 'unanswered' || kind === 'unread'
const heard: readonly TriggerKind[] = ['message_received', 'keyword', 'unanswered', 'unread']

/** "Action 2: ", when the server says so of one. */
function partOf(message: string): string {
  const [, kind, n] = /^body\/(actions|conditions)\/(\d+)/.exec(message) ?? []
  return kind === undefined ? '' : `${t(kind === 'actions' ? 'ruleThenN' : 'ruleIfN', { n: Number(n) + 1 })}: `
}

/** What does not fit the new trigger goes; what fits stays. */
function withTrigger(rule: RuleFields, kind: TriggerKind): RuleFields {
  const family = triggerFamily[kind], before = triggerFamily[rule.trigger.kind]
  const actions = rule.actions.filter((a) => actionFamilies[a.do].includes(family))
  return {
    ...rule, trigger: triggerOf(kind), mode: family === 'conversation' ? rule.mode : 'do',
    once: family === 'conversation' ? (waits(kind) ? 'message' : before === family ? rule.once : 'conversation') : family,
    timing: waits(kind) ? { from: 'event', minutes: Math.max(1, rule.timing.minutes || 15) } : before === family ? rule.timing : { from: 'event', minutes: 0 },
    conditions: rule.conditions.filter((c) => conditionFamilies[c.kind].includes(family) && (c.kind !== 'text' || heard.includes(kind))),
    actions: actions.length > 0 ? actions : [{ do: 'message', text: '' }],
  }
}

export function RuleForm({ id, fields, isNew, hasSecret, onClose, onSaved }: Props) {
  const { lodge } = useLive()
  const [rule, setRule] = useState(fields)
  const [wrong, setWrong] = useState<string>()
  const [secret, setSecret] = useState<string>()
  const { trigger, timing } = rule
  const family = triggerFamily[trigger.kind]
  const set = (to: Partial<RuleFields>): void => { setRule({ ...rule, ...to }) }
  const save = async (): Promise<void> => {
    const outcome = await lodge.call(saveRule, { params: { rule: id }, body: { ...rule, name: rule.name.trim() } })
    if (!outcome.ok) return setWrong(outcome.code === 'not_found' ? outcome.message : `${partOf(outcome.message)}${whyNot(outcome)}`)
    onSaved()
    went(outcome, t(isNew ? 'ruleSavedOff' : 'didSave'))
    if (outcome.value.secret) setSecret(outcome.value.secret)
    else onClose()
  }
  const renew = async (): Promise<void> => {
    const outcome = await lodge.call(renewRuleSecret, { params: { rule: id } })
    if (went(outcome) && outcome.ok) setSecret(outcome.value.secret)
  }
  if (secret) return <Dialog open onClose={onClose} title={t('ruleSecret')} closeLabel={t('closeDialog')}><ToldOnce text={t('ruleSecretText')} secret={secret} onClose={onClose} /></Dialog>
  return (
    <Dialog open onClose={onClose} title={isNew ? t('ruleNew') : fields.name} closeLabel={t('closeDialog')} className="top-[5vh]! max-h-[90vh]! w-[min(680px,calc(100vw-24px))]!">
      <Form onSubmit={save}>
        <TextField label={t('ruleName')} value={rule.name} maxLength={100} placeholder={t('ruleNameExample')} required onChange={(e) => set({ name: e.target.value })} />
        <Select label={t('ruleWhen')} value={trigger.kind} options={triggerKinds.map((kind) => [kind, t(`when_${kind}`)])} onChange={(e) => setRule(withTrigger(rule, e.target.value as TriggerKind))} />
        {trigger.kind === 'keyword' && (
          <div className="grid gap-3 sm:grid-cols-2">
            <ListField label={t('ruleWords')} hint={t('ruleWordsHint')} of={trigger.words} onChange={(words) => set({ trigger: { ...trigger, words } })} />
            <Select label={t('ruleMatch')} value={trigger.match} options={[['contains', t('ruleMatch_contains')], ['is', t('ruleMatch_is')]]} onChange={(e) => set({ trigger: { ...trigger, match: e.target.value as typeof trigger.match } })} />
          </div>
        )}
        {trigger.kind === 'conversation_labelled' && <TextField label={t('ruleLabel')} value={trigger.label} maxLength={50} required onChange={(e) => set({ trigger: { ...trigger, label: e.target.value } })} />}
        <TimingFields family={family} isWait={waits(trigger.kind)} timing={timing} lateMaxMinutes={rule.lateMaxMinutes} onChange={set} />
        <ConditionFields family={family} hasText={heard.includes(trigger.kind)} of={rule.conditions} onChange={(conditions) => set({ conditions })} />
        <ActionFields family={family} of={rule.actions} onChange={(actions) => set({ actions })} />
        {family === 'conversation' && (
          <div className="grid gap-3 sm:grid-cols-2">
            <Select label={t('ruleMode')} value={rule.mode} options={[['do', t('mode_do')], ['suggest', t('mode_suggest')]]} onChange={(e) => set({ mode: e.target.value as typeof rule.mode })} />
            <Select label={t('ruleOnce')} value={rule.once} options={[['conversation', t('once_conversation')], ['message', t(waits(trigger.kind) ? 'once_wait' : 'once_message')]]} onChange={(e) => set({ once: e.target.value as typeof rule.once })} />
          </div>
        )}
        <Check label={t('ruleStopAfter')} checked={rule.stopAfter} onChange={(e) => set({ stopAfter: e.target.checked })} />
        <DryRunPanel rule={rule} />
        {hasSecret && <div><Button onClick={() => void renew()}>{t('ruleSecretRenew')}</Button></div>}
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
