import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Person } from '#contract/persons.ts'
import { useLocations } from '../live/queries.ts'
import { t } from '../words.ts'
import { ruleInWords } from '../repeat/repeat.ts'
import { longDay } from '../visits/when.ts'

/** Each thing that is held, chosen unless it is taken out: another person of the same name is left alone. */
export function PersonFound({ found, left, onPick }: { found: Person; left: ReadonlySet<string>; onPick: (id: string) => void }) {
  const locations = useLocations()
  return (
    <>
      {found.visits.length > 0 && (
        <Part title={t('personVisits', { n: found.visits.length })}>
          {found.visits.map((v) => (
            <Line key={v.id} label={t('personPick', { name: v.name, day: longDay(v.day) })} checked={!left.has(v.id)} onPick={() => onPick(v.id)}>
              <span className="min-w-0 flex-1">
                <Link to="/visits/$visit" params={{ visit: v.id }} className="font-medium text-accent-ink underline-offset-2 hover:underline"><bdi>{v.name}</bdi></Link>
                <bdi className="block truncate text-12 text-muted">{[v.company, v.email, v.phone].filter(Boolean).join(' · ')}</bdi>
              </span>
              <span className="shrink-0 text-end text-12 text-muted">
                <span className="figures block">{longDay(v.day)}</span>
                {[locations.length > 1 ? locations.find((l) => l.id === v.location)?.name : undefined, t(`status_${v.status}`)].filter(Boolean).join(' · ')}
              </span>
            </Line>
          ))}
        </Part>
      )}
      {found.series.length > 0 && (
        <Part title={t('personSeries', { n: found.series.length })}>
          {found.series.map((s) => (
            <Line key={s.id} label={t('personPickSeries', { name: s.name, rule: ruleInWords(s.rule, s.startsAt) })} checked={!left.has(s.id)} onPick={() => onPick(s.id)}>
              <span className="min-w-0 flex-1"><bdi className="font-medium">{s.name}</bdi><span className="block text-12 text-muted">{ruleInWords(s.rule, s.startsAt)}</span></span>
            </Line>
          ))}
        </Part>
      )}
      {found.contacts.length > 0 && (
        <Part title={t('personContacts', { n: found.contacts.length })} text={t('personContactsText')}>
          {found.contacts.map((c) => (
            <li key={c.id} className="px-3 py-2 text-13">
              <Link to="/contacts/$contact" params={{ contact: c.id }} className="font-medium text-accent-ink underline underline-offset-2"><bdi>{c.name}</bdi></Link>
              <bdi className="block text-12 text-muted">{[c.email, c.phone].filter(Boolean).join(' · ')}</bdi>
            </li>
          ))}
        </Part>
      )}
    </>
  )
}

const Part = ({ title, text, children }: { title: string; text?: string; children: ReactNode }) => (
  <section>
    <h3 className="text-14 font-semibold">{title}</h3>
    {text && <p className="text-12 text-muted">{text}</p>}
    <ul className="mt-2 divide-y divide-line rounded-card border border-line">{children}</ul>
  </section>
)

const Line = ({ label, checked, onPick, children }: { label: string; checked: boolean; onPick: () => void; children: ReactNode }) => (
  <li className="flex items-start gap-3 px-3 py-2 text-13">
    <input type="checkbox" aria-label={label} checked={checked} onChange={onPick} className="mt-0.5 size-4 shrink-0 accent-(--accent-ink)" />{children}
  </li>
)
