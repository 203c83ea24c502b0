import { createPortal } from 'react-dom'
import type { Location } from '#contract/places.ts'
import type { Visit } from '#contract/visits.ts'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import type { Book } from './book.ts'
import { nameOf } from './book-row.tsx'
import { timeOf } from './said.ts'
import { dayName, exactIn } from './when.ts'
import { dayIn } from './zone.ts'

/** Paper is searched by name. */
const byName = (visits: readonly Visit[]): Line[] => visits.toSorted((a, b) => a.name.localeCompare(b.name)).map((visit) => ({ visit }))

interface Line { visit: Visit; mark?: string }
interface Props { location: Location; book: Book; names: ReadonlyMap<string, string>; day: string; now: number }

/** What the printer gets instead of the screen: expected and on site, with a box to tick. Nothing is asked of the server for it. */
export function PrintedBook({ location, book, names, day, now }: Props) {
  return (
    <Printed title={`${location.name} · ${dayName(day, dayIn(location.zone, now))}`} location={location}>
      {book.waiting.length > 0 && (
        <PrintedTable title={t('group_waiting')} lines={byName(book.waiting)} time={t('expectedAt')} zone={location.zone} names={names} />
      )}
      <PrintedTable title={t('group_on_site')} lines={byName(book.on_site)} time={t('arrived')} zone={location.zone} names={names} />
      <PrintedTable title={t('group_expected')} lines={byName(book.expected)} time={t('expectedAt')} zone={location.zone} names={names} />
    </Printed>
  )
}

export function Printed({ title, location, children }: { title: string; location: Location; children: React.ReactNode }) {
  const { visits, away } = useLive()
  const isAway = useStore(away)
  const isBehind = useStore(visits.isBehind)
  const at = useStore(visits.asOf).get(location.id)
  const now = useNow()
  return createPortal(
    <div className="printed">
      <h1>{title}</h1>
      <p>{t('printedAsOf', { at: exactIn(location.zone, (isAway || isBehind) && at !== undefined ? at : now) })}</p>
      {children}
    </div>,
    document.body,
  )
}

interface Table { title: string; lines: readonly Line[]; time: string; zone: string; names: ReadonlyMap<string, string> }

export function PrintedTable({ title, lines, time, zone, names }: Table) {
  return (
    <>
      <h2>{`${title} (${lines.length})`}</h2>
      {lines.length > 0 && (
        <table>
          <thead>
            <tr>
              <th><span className="sr-only">{t('seen')}</span></th>
              <th>{t('name')}</th>
              <th>{t('company')}</th>
              <th>{t('host')}</th>
              <th>{time}</th>
              <th>{t('phone')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ visit, mark }) => (
              <tr key={visit.id}>
                <td className="box">{mark ?? '☐'}</td>
                <td><bdi>{nameOf(visit)}</bdi></td>
                <td><bdi>{visit.company}</bdi></td>
                <td><bdi>{names.get(visit.host ?? '') ?? ''}</bdi></td>
                <td>{timeOf(visit, zone)}</td>
                <td>{visit.phone}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
