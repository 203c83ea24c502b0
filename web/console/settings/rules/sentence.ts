import type { Action, Condition, RuleFields } from '#contract/rules.ts'
import { weekdayName, weekdays } from '../../visits/when.ts'
import { t } from '../../words.ts'

export type NameOf = (id: string) => string
/** As a reader would see it: a placeholder is its fallback, or its name. */
function cut(whole: string): string {
  const text = whole.replace(/\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}/g, (_, name: string, fallback?: string) => fallback ?? `[${name}]`)
  return text.length > 60 ? `${text.slice(0, 57).trimEnd()}…` : text
}

/** 90 → "90 minutes", 120 → "2 hours", 1440 → "1 day". */
export function span(minutes: number): string {
  const n = Math.abs(minutes)
  return n >= 1440 && n % 1440 === 0 ? t('ruleDays', { n: n / 1440 }) : n >= 60 && n % 60 === 0 ? t('ruleHours', { n: n / 60 }) : t('ruleMinutes', { n })
}

function whenSaid({ trigger, timing }: RuleFields): string[] {
  const when = t(`when_${trigger.kind}`)
  const first = trigger.kind === 'keyword' ? `${when} ${t('said_words', { words: trigger.words.join(', ') })}` : trigger.kind === 'conversation_labelled' ? `${when} ${t('said_words', { words: trigger.label })}` : when
  const { from, minutes } = timing
  if (from === 'event') return [first, minutes === 0 ? t('timed_now') : trigger.kind === 'unanswered' || trigger.kind === 'unread' ? t('timed_wait', { time: span(minutes) }) : t('timed_event', { time: span(minutes) })]
  const what = t(`time_${from}`)
  return [first, minutes === 0 ? t('timed_at', { what }) : t(minutes < 0 ? 'timed_before' : 'timed_after', { time: span(minutes), what })]
}

function ifSaid(c: Condition, nameOf: NameOf): string {
  switch (c.kind) {
    case 'inbox': return t('if_inbox', { what: c.is.map(nameOf).join(', ') })
    case 'text': return t('if_text', { what: c.contains.join(', ') })
    case 'label': return t(c.has ? 'if_label' : 'if_labelNot', { what: c.label })
    case 'assignee': return t(c.is === 'none' ? 'if_assignee_none' : 'if_assignee_somebody')
    case 'status': return t('if_status', { what: c.is.map((s) => t(`ruleStatus_${s}`)).join(', ') })
    case 'location': return t('if_location', { what: c.is.map(nameOf).join(', ') })
    case 'visitor_type': return t('if_visitor_type', { what: c.is.map(nameOf).join(', ') })
    case 'hours': {
      const hours = t(c.within ? 'if_hours' : 'if_hoursNot', { from: c.from, to: c.to })
      return c.days.length === 7 ? hours : `${hours} (${weekdays.filter((_, n) => c.days.includes(n + 1)).map((day) => weekdayName(day, 'short')).join(', ')})`
    }
  }
}

function doSaid(a: Action, nameOf: NameOf): string {
  switch (a.do) {
    case 'message': return t('do_message', { text: cut(a.text) })
    case 'note': return t('do_note', { text: cut(a.text) })
    case 'assign': return t('do_assign', { who: nameOf(a.user ?? a.team ?? '') })
    case 'label': return t('do_label', { what: a.labels.join(', ') })
    case 'close': return t('do_close')
    case 'notify': return t('do_notify', { who: a.whom === 'user' ? nameOf(a.user ?? '') : t(`whom_${a.whom}`) })
    case 'webhook': return t('do_webhook', { url: cut(a.url.replace(/^https?:\/\//, '')) })
  }
}

/** "When a visitor is checked in · 10 minutes later · at most 30 minutes late · if … · send “…”" */
export const ruleSaid = (rule: RuleFields, nameOf: NameOf): string => [
  ...whenSaid(rule), t('lateSaid', { time: span(rule.lateMaxMinutes) }), ...rule.conditions.map((c) => ifSaid(c, nameOf)),
  ...(rule.mode === 'suggest' ? [t('suggestsSaid')] : []), ...rule.actions.map((a) => doSaid(a, nameOf)), ...(rule.stopAfter ? [t('stopsSaid')] : []),
].join(' · ')
