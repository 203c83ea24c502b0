/** What rules write: to somebody outside who has no conversation, to colleagues, and to administrators when a rule was paused. */
import { en, type Words } from './en.ts'
import type { Mail } from './deliveries.ts'
import { laidOut } from './layout.ts'

/** `subject`: the account's name. The text is the rule's own. */
export const ruleMail = ({ id, to, subject, text, path }: { id: string; to: string; subject: string; text: string; path: string | null }, words: Words = en): Mail =>
  ({ id, to, kind: 'notice', path, subject: words.rule.subject(subject), ...laidOut([{ kind: 'text', text }], words) })

export const ruleNotice = ({ id, to, rule, text, path, url }: { id: string; to: string; rule: string; text: string; path: string; url: string }, words: Words = en): Mail => ({
  id, to, kind: 'notice', path, subject: rule,
  ...laidOut([{ kind: 'text', text: words.rule.notice({ rule }) }, { kind: 'quote', text }, { kind: 'link', label: words.rule.button, url }], words),
})

export const rulePausedMail = ({ id, to, rule, reason, url }: { id: string; to: string; rule: string; reason: 'budget' | 'chain'; url: string }, words: Words = en): Mail => ({
  id, to, kind: 'notice', subject: words.rule.paused.subject(rule),
  ...laidOut([{ kind: 'text', text: words.rule.paused[reason] }, { kind: 'link', label: words.rule.paused.button, url }], words),
})
