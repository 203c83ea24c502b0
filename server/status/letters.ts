import type { Subscriber } from '#contract/status.ts'
import type { State } from './book.ts'
import { componentsOf, pageOf } from './components.ts'
import type { News } from './news.ts'
import { en } from './pages/en.ts'
import { languages } from './pages/view.ts'

export interface Letter { readonly to: string; readonly subject: string; readonly text: string; readonly messageId: string; readonly createdAt: string }

/** A mail of plain text. @param base where the page stands, with a slash at its end */
export function letterOf(news: News, s: Subscriber, state: State, base: string, id: string): Letter {
  const words = languages.find((l) => l.language === s.language) ?? en
  const { name } = pageOf(state)
  const shared = { to: s.to, messageId: `<${id}@status.lodge>`, createdAt: news.at }
  const part = words === en ? '' : `${words.language}/`
  if (news.kind === 'confirm') return { ...shared, subject: words.mail.confirmSubject(name), text: `${words.mail.confirm(name)}\n\n${base}confirm/${s.key}\n\n${words.mail.otherwise}\n` }
  const names = new Map(componentsOf(state).map((c) => [c.id, c.name]))
  const subject = news.kind === 'maintenance' ? words.mail.maintenance(news.title) : `${wordFor(news.state, words)}: ${news.title}`
  const of = news.components.map((c) => names.get(c) ?? c).join(', ')
  return {
    ...shared, subject: `[${name}] ${news.state === 'cancelled' ? `${words.phase.cancelled}: ` : ''}${subject}`.replace(/\s+/g, ' ').slice(0, 200),
    text: `${[news.text, of && `${words.affected}: ${of}`, `${words.mail.read}: ${base}${part}${news.kind === 'maintenance' ? 'maintenances' : 'incidents'}/${news.of}/`, `${words.mail.end}: ${base}end/${s.key}`].filter(Boolean).join('\n\n')}\n`,
  }
}

const wordFor = (state: string | null, words: typeof en): string => state === null ? words.update : state === 'postmortem' ? words.postmortem : words.state[state as keyof typeof words.state] ?? words.update
