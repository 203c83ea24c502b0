import type { Figures } from '#contract/reports.ts'
import { t } from '../words.ts'
import { count, duration } from './durations.ts'

export type Column = keyof Figures
const heads = {
  opened: 'figOpened', reopened: 'figReopened', messagesIn: 'figMessagesIn', messagesOut: 'figMessagesOut', answered: 'figAnswered',
  firstResponse: 'figFirstResponse', resolved: 'figResolved', resolution: 'figResolution',
} as const satisfies Record<Column, string>

/** Lines of figures; of times the median, and in a second column what nine of ten stayed within. */
export function FigureTable({ caption, first, rows, columns, isHidden = false }: { caption: string; first: string; rows: readonly (readonly [name: string, figures: Figures])[]; columns: readonly Column[]; isHidden?: boolean }) {
  const isTimed = (column: Column): column is 'firstResponse' | 'resolution' => column === 'firstResponse' || column === 'resolution'
  const cell = 'px-3 py-2 text-end whitespace-nowrap'
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="group" aria-label={caption} tabIndex={0} className="max-h-96 overflow-auto rounded-card border border-line bg-surface">
      <table className="figures w-full text-13">
        <caption className={isHidden ? 'sr-only' : 'px-3 pt-3 pb-1 text-start text-14 font-medium'}>{caption}</caption>
        <thead className="sticky top-0 bg-surface text-12 text-muted">
          <tr>
            <th scope="col" className="px-3 py-2 text-start font-normal">{first}</th>
            {columns.flatMap((column) => isTimed(column)
              ? [<th key={column} scope="col" className={`${cell} font-normal`}>{t('figMedian', { what: t(heads[column]) })}</th>, <th key={`${column} p90`} scope="col" className={`${cell} font-normal`}>{t('p90')}</th>]
              : [<th key={column} scope="col" className={`${cell} font-normal`}>{t(heads[column])}</th>])}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, figures]) => (
            <tr key={name} className="border-t border-line">
              <th scope="row" className="px-3 py-2 text-start font-medium whitespace-nowrap"><bdi>{name}</bdi></th>
              {columns.flatMap((column) => {
                const value = figures[column]
                if (!isTimed(column)) return [<td key={column} className={cell}>{count(value as number | null)}</td>]
                const spread = value as Figures['firstResponse']
                return [<td key={column} className={cell}>{spread ? duration(spread.medianMs) : '–'}</td>, <td key={`${column} p90`} className={cell}>{spread ? duration(spread.p90Ms) : '–'}</td>]
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
