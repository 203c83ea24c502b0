import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { useStore } from '../live/store.ts'
import { t } from '../words.ts'
import { BookRow } from './book-row.tsx'
import { underway } from './verbs.ts'
import { WaitingRow } from './waiting-row.tsx'

export interface Section { readonly key: string; readonly title: string; readonly ids: readonly string[]; readonly isFolded?: boolean; readonly empty?: string }
interface Props {
  sections: readonly Section[]; visits: ReadonlyMap<string, Visit>; names: ReadonlyMap<string, string>; now: number; selected: string | undefined; readOnly: boolean
  zoneOf: (location: string) => string; placeOf: (location: string) => string | undefined
  onFocus: (id: string) => void; onFold: (key: string) => void
  onCheckIn: (visit: Visit) => void; onCheckOut: (visit: Visit) => void; onRefuse: (visit: Visit) => void
}

/** A day may have thousands; a group shows them as they are asked for. */
const shownMax = 200

export function BookList(props: Props) {
  return <div className="@container flex flex-col pb-6">{props.sections.map((section) => <Group key={section.key} section={section} {...props} />)}</div>
}

function Group({ section, visits, names, now, selected, readOnly, zoneOf, placeOf, onFocus, onFold, onCheckIn, onCheckOut, onRefuse }: Props & { section: Section }) {
  const { key, title, ids, isFolded, empty } = section
  const [max, setMax] = useState(shownMax)
  const busy = useStore(underway)
  const head = <><span>{title}</span><span className="figures font-normal text-muted">{ids.length}</span></>
  return (
    <section aria-label={title}>
      <h3
        className="sticky top-0 z-20 flex h-9 items-center gap-2 border-b border-line bg-paper px-4 text-12 font-semibold"
      >
        {isFolded === undefined
          ? head
          : (
            <button
              type="button" aria-expanded={!isFolded} className="-ms-1 flex h-7 items-center gap-2 rounded-control px-1 hover:bg-raised"
              onClick={() => onFold(key)}
            >
              <ChevronRight aria-hidden size={14} className={cx('text-muted transition-transform', isFolded ? 'rtl:rotate-180' : 'rotate-90')} />{head}
            </button>
          )}
      </h3>
      {ids.length === 0 && empty && <p className="border-b border-line px-4 py-3 text-13 text-muted">{empty}</p>}
      {!isFolded && ids.length > 0 && (
        <ul aria-label={title} className="divide-y divide-line/60 border-b border-line">
          {ids.slice(0, max).map((id) => {
            const visit = visits.get(id)
            if (!visit) return null
            const shared = { visit, now, host: names.get(visit.host ?? ''), selected: id === selected, busy: busy.has(id), readOnly, onFocus }
            return visit.status === 'waiting'
              ? <WaitingRow key={id} {...shared} onLetIn={onCheckIn} onRefuse={onRefuse} />
              : <BookRow key={id} {...shared} zone={zoneOf(visit.location)} place={placeOf(visit.location)} onCheckIn={onCheckIn} onCheckOut={onCheckOut} />
          })}
          {ids.length > max && <li className="p-2 text-center"><Button kind="quiet" onClick={() => setMax(max + shownMax)}>{t('showMore')}</Button></li>}
        </ul>
      )}
    </section>
  )
}
