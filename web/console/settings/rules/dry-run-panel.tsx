import { FlaskConical } from 'lucide-react'
import { useState } from 'react'
import { dryRunRule, type DryRun, type RuleFields } from '#contract/rules.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../../live/live-context.ts'
import { whyNot } from '../../shell/notices.ts'
import { exact, moment } from '../../times.ts'
import { useNow } from '../../use-now.ts'
import { t } from '../../words.ts'

/** What the rule, as it is written here and now, would have done. */
export function DryRunPanel({ rule }: { rule: RuleFields }) {
  const { lodge } = useLive()
  const now = useNow()
  const [state, setState] = useState<{ of: RuleFields; found?: DryRun; wrong?: string }>()
  const look = async (): Promise<void> => {
    setState({ of: rule })
    const outcome = await lodge.call(dryRunRule, { body: rule })
    setState(outcome.ok ? { of: rule, found: outcome.value } : { of: rule, wrong: whyNot(outcome) })
  }
  // An answer about what was written before is none.
  const shown = state?.of === rule ? state : undefined
  const judgedNow = rule.conditions.some((c) => c.kind === 'label' || c.kind === 'status' || c.kind === 'assignee')
  return (
    <section className="flex flex-col gap-2 rounded-card border border-line bg-paper p-3">
      <div><Button icon={<FlaskConical size={14} />} onClick={() => void look()}>{t('ruleTry')}</Button></div>
      <div role="status" className="text-13">
        {shown && !shown.found && !shown.wrong && <p className="text-muted">{t('ruleTrying')}</p>}
        {shown?.wrong && <p className="text-bad">{shown.wrong}</p>}
        {shown?.found && <p>{shown.found.would.length === 0 ? t('ruleWouldNot') : t('ruleWould', { n: shown.found.would.length })}{shown.found.cut && ` ${t('ruleWouldCut')}`}{judgedNow && shown.found.would.length > 0 && ` ${t('ruleWouldNow')}`}</p>}
      </div>
      {shown?.found && shown.found.would.length > 0 && (
        <ul className="max-h-56 divide-y divide-line overflow-y-auto rounded-control border border-line bg-surface" tabIndex={0} aria-label={t('ruleTry')}>
          {shown.found.would.map((one) => (
            <li key={`${one.subject.id} ${one.at}`} className="px-3 py-1.5 text-13">
              <p className="flex items-baseline gap-2"><bdi className="min-w-0 flex-1 truncate font-medium">{one.who}</bdi><time dateTime={one.at} title={exact(one.at)} className="figures shrink-0 text-12 text-muted">{moment(one.at, now)}</time></p>
              <p className="truncate text-muted" dir="auto">{one.actions.map((a) => a.text ?? t(`action_${a.do}`)).join(' · ')}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
