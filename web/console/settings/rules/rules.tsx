import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { deleteRule, orderRules, setRuleActive, type Rule, type RuleFields } from '#contract/rules.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../../live/live-context.ts'
import { rulesQuery } from '../../live/queries.ts'
import { Confirm } from '../../shell/confirm.tsx'
import { tell } from '../../shell/notices.ts'
import { t } from '../../words.ts'
import { Lines, Page, went } from '../page.tsx'
import { blankRule, readyKinds, readyMade } from './ready-made.ts'
import { RuleForm } from './rule-form.tsx'
import { RuleList } from './rule-list.tsx'
import { RunLog } from './run-log.tsx'

const route = getRouteApi('/inside/settings/rules')
const fieldsOf = ({ name, trigger, timing, lateMaxMinutes, conditions, actions, mode, once, stopAfter }: Rule): RuleFields => ({ name, trigger, timing, lateMaxMinutes, conditions, actions, mode, once, stopAfter })

export function Rules() {
  const { lodge, queries, session } = useLive()
  const query = useQuery(rulesQuery(lodge.call))
  const { rule: linked } = route.useSearch()
  const [edited, setEdited] = useState<{ id: string; fields: RuleFields; isNew: boolean; hasSecret: boolean }>()
  const [logged, setLogged] = useState<string | undefined>(linked)
  const [deleting, setDeleting] = useState<Rule>()
  const isAdmin = session.user.role === 'admin'
  const again = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ['rules'] })
  const begin = (fields: RuleFields): void => setEdited({ id: newId(), fields, isNew: true, hasSecret: false })
  const order = async (ids: readonly string[]): Promise<void> => {
    queries.setQueryData(rulesQuery(lodge.call).queryKey, (before) => before && ids.flatMap((id) => before.find((r) => r.id === id) ?? []))
    went(await lodge.call(orderRules, { body: { rules: [...ids] } }))
    await again()
  }
  const turn = async ({ id }: Rule, active: boolean): Promise<void> => {
    went(await lodge.call(setRuleActive, { params: { rule: id }, body: { active } }))
    await again()
  }
  const remove = async (rule: Rule): Promise<void> => {
    if (!went(await lodge.call(deleteRule, { params: { rule: rule.id } }))) return
    await again()
    tell(t('didDeleteRule', { name: rule.name }))
  }
  const log = query.data?.find((r) => r.id === logged)
  return (
    <Page title={t('settingsRules')} text={t('settingsRulesText')} action={isAdmin && <Button kind="primary" icon={<Plus size={16} />} onClick={() => begin(blankRule())}>{t('ruleNew')}</Button>}>
      {query.data && query.data.length > 0
        ? (
          <RuleList
            rules={query.data} isAdmin={isAdmin} onOrder={(ids) => void order(ids)} onTurn={(rule, on) => void turn(rule, on)} onLog={(rule) => setLogged(rule.id)} onDelete={setDeleting}
            onEdit={(rule) => setEdited({ id: rule.id, fields: fieldsOf(rule), isNew: false, hasSecret: rule.hasSecret })}
          />
        )
        : query.data && isAdmin ? <Start onBegin={begin} /> : <Lines query={query} lines={query.data} empty={t('rulesEmptyAgent')}>{() => null}</Lines>}
      {edited && <RuleForm {...edited} onClose={() => setEdited(undefined)} onSaved={() => void again()} />}
      {deleting && <Confirm title={t('ruleDeleteTitle', { name: deleting.name })} text={t('ruleDeleteText')} verb={t('ruleDelete')} onYes={() => void remove(deleting)} onClose={() => setDeleting(undefined)} />}
      {log && <RunLog rule={log} onClose={() => setLogged(undefined)} />}
    </Page>
  )
}

function Start({ onBegin }: { onBegin: (fields: RuleFields) => void }) {
  return (
    <div className="rounded-card border border-dashed border-line p-4">
      <p className="mb-3 text-13 text-muted">{t('rulesEmpty')}</p>
      <ul className="grid gap-2 sm:grid-cols-2">
        {readyKinds.map((kind) => (
          <li key={kind}>
            <button type="button" className="flex h-full w-full flex-col gap-0.5 rounded-card border border-line bg-surface p-3 text-start hover:bg-raised" onClick={() => onBegin(readyMade(kind))}>
              <span className="font-medium">{t(`ready_${kind}`)}</span><span className="text-13 text-muted">{t(`ready_${kind}Text`)}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="mt-3"><Button kind="quiet" icon={<Plus size={14} />} onClick={() => onBegin(blankRule())}>{t('ruleBlank')}</Button></div>
    </div>
  )
}
