import { GripVertical, TriangleAlert } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import type { Rule } from '#contract/rules.ts'
import { cx } from '#web/ui/cx.ts'
import { useNow } from '../../use-now.ts'
import { t } from '../../words.ts'
import { ruleSaid, span } from './sentence.ts'
import { Switch } from './switch.tsx'
import { useNames } from './use-names.ts'
import { useOrder } from './use-order.ts'

interface Props { rules: readonly Rule[]; isAdmin: boolean; onOrder: (ids: readonly string[]) => void; onTurn: (rule: Rule, on: boolean) => void; onEdit: (rule: Rule) => void; onLog: (rule: Rule) => void; onDelete: (rule: Rule) => void }

const link = 'text-accent-ink underline-offset-2 hover:underline'

export function RuleList({ rules, isAdmin, onOrder, onTurn, onEdit, onLog, onDelete }: Props) {
  const nameOf = useNames()
  const now = useNow()
  const order = useOrder(rules.map((r) => r.id), onOrder)
  const [said, setSaid] = useState('')
  const onKeyDown = (rule: Rule) => (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const to = order.move(rule.id, by)
    if (to !== undefined) setSaid(t('ruleMoved', { name: rule.name, n: to + 1, of: rules.length }))
  }
  return (
    <>
      <p role="status" className="sr-only">{said}</p>
      <ul className="divide-y divide-line rounded-card border border-line">
        {order.shown.map((id, at) => {
          const rule = rules.find((r) => r.id === id)
          return rule && (
            <li key={id} className={cx('flex items-start gap-2 py-3 ps-2 pe-3', order.dragged === id && 'bg-raised')}>
              {isAdmin
                ? (
                  <button
                    type="button" aria-label={t('ruleMove', { name: rule.name, n: at + 1, of: rules.length })} className="mt-0.5 flex size-6 shrink-0 cursor-grab touch-none items-center justify-center rounded-control text-muted hover:bg-raised active:cursor-grabbing"
                    onKeyDown={onKeyDown(rule)} {...order.handle(id)}
                  >
                    <GripVertical aria-hidden size={15} />
                  </button>
                )
                : <span className="figures mt-0.5 w-6 shrink-0 text-center text-13 text-muted">{at + 1}</span>}
              <div className="min-w-0 flex-1">
                <h3 className={cx('truncate font-medium', !rule.active && 'text-muted')}><bdi>{rule.name}</bdi></h3>
                <p className="words text-13 text-muted" dir="auto">{ruleSaid(rule, nameOf)}</p>
                {rule.paused && <p className="mt-1 flex items-start gap-1.5 text-13 text-bad"><TriangleAlert aria-hidden size={14} className="mt-0.5 shrink-0" />{t(`rulePaused_${rule.paused.reason}`)}</p>}
                <div className="mt-1 flex flex-wrap items-center gap-x-3 text-12 text-muted">
                  <span>{lastSaid(rule, now)}</span>
                  {rule.ranThisWeek > 0 && <span>{t('ruleWeek', { n: rule.ranThisWeek })}</span>}
                  {rule.waiting > 0 && <span>{t('ruleWaiting', { n: rule.waiting })}</span>}
                  <span className="flex gap-x-3">
                    <button type="button" className={link} onClick={() => onLog(rule)}>{t('ruleLog')}</button>
                    {isAdmin && <button type="button" aria-label={t('ruleChangeNamed', { name: rule.name })} className={link} onClick={() => onEdit(rule)}>{t('change')}</button>}
                    {isAdmin && <button type="button" aria-label={t('ruleDeleteNamed', { name: rule.name })} className={link} onClick={() => onDelete(rule)}>{t('ruleDelete')}</button>}
                  </span>
                </div>
              </div>
              <Switch label={t('ruleOn', { name: rule.name })} on={rule.active} disabled={!isAdmin} onTurn={(on) => onTurn(rule, on)} />
            </li>
          )
        })}
      </ul>
    </>
  )
}

function lastSaid({ lastRunAt }: Rule, now: number): string {
  if (lastRunAt === null) return t('ruleNever')
  const minutes = Math.floor((now - Date.parse(lastRunAt)) / 60_000)
  const rounded = minutes >= 1440 ? Math.floor(minutes / 1440) * 1440 : minutes >= 60 ? Math.floor(minutes / 60) * 60 : minutes
  return rounded < 1 ? t('ruleLastNow') : t('ruleLast', { when: span(rounded) })
}
