import type { Location } from '#contract/places.ts'
import type { RowProblem, VisitFile, VisitRow } from '#contract/visit-imports.ts'
import { cx } from '#web/ui/cx.ts'
import { t } from '../../words.ts'
import { clockIn, shortDay } from '../when.ts'
import { dayIn } from '../zone.ts'
import type { RowState } from './use-import.ts'

const columnWord = (column: string, file: VisitFile): string => {
  const header = file.columns.find((c) => c.meaning === column)?.header
  return header ?? (column === 'name' ? t('name') : column === 'date' ? t('columnDate') : column === 'time' ? t('columnTime') : column)
}
const problemText = ({ column, problem, value }: RowProblem, file: VisitFile): string => {
  const said = { column: columnWord(column, file), value }
  switch (problem) {
    case 'missing': return t('problem_missing', said)
    case 'not_a_date': return t('problem_not_a_date', said)
    case 'not_a_time': return t('problem_not_a_time', said)
    case 'past': return t('problem_past', said)
    case 'leaves_before': return t('problem_leaves_before', said)
    case 'not_an_email': return t('problem_not_an_email', said)
    case 'too_long': return t('problem_too_long', said)
    case 'no_such_host': return t('problem_no_such_host', said)
    case 'several_hosts': return t('problem_several_hosts', said)
    case 'no_such_type': return t('problem_no_such_type', said)
    case 'no_such_location': return t('problem_no_such_location', said)
  }
}
export const problemsText = (row: VisitRow, file: VisitFile): string => row.problems.map((problem) => problemText(problem, file)).join('. ')

interface Props { file: VisitFile; locations: readonly Location[]; names: ReadonlyMap<string, string>; states: ReadonlyMap<number, RowState> }

/** Each row as it was understood: the date as a day of the week, so that an exchanged month is seen. */
export function Preview({ file, locations, names, states }: Props) {
  return (
    <div tabIndex={0} role="region" aria-label={t('importVisits')} className="max-h-[52vh] overflow-auto rounded-card border border-line">
      <table className="w-full text-13">
        <thead className="sticky top-0 z-10 bg-raised text-start text-12 text-muted">
          <tr>
            {[t('importRow'), t('name'), t('importWhen'), t('host'), t('importState')].map((title, at) => (
              <th key={title} scope="col" className={cx('px-3 py-2 text-start font-medium', (at === 2 || at === 3) && 'max-sm:hidden')}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {file.rows.map((row) => <Row key={row.line} {...{ row, file, locations, names }} state={states.get(row.line)} />)}
        </tbody>
      </table>
    </div>
  )
}

function Row({ row, file, locations, names, state }: Omit<Props, 'states'> & { row: VisitRow; state: RowState | undefined }) {
  const { visit, line, cells, isKnown } = row
  const zone = locations.find((l) => l.id === visit?.location)?.zone ?? 'UTC'
  const when = visit && `${shortDay(dayIn(zone, Date.parse(visit.expectedAt)), true)}, ${clockIn(zone, visit.expectedAt)}`
  const isBad = !visit || state?.is === 'failed'
  const text = state?.is === 'failed' ? state.because : visit ? '' : problemsText(row, file)
  const word = state ? t(`row_${state.is}`) : !visit ? t('row_wrong') : isKnown ? t('row_known') : t('row_ready')
  return (
    <tr className="align-top">
      <td className="figures px-3 py-2 text-muted">{line}</td>
      <td className="px-3 py-2">
        <bdi className="block font-medium">{visit?.name ?? cells[file.columns.findIndex((c) => c.meaning === 'name' || c.meaning === 'lastName')]}</bdi>
        <bdi className="block text-12 text-muted">{[visit?.company, visit?.email].filter(Boolean).join(' · ')}</bdi>
        <span className="figures block text-12 sm:hidden">{when}</span>
      </td>
      <td className="figures px-3 py-2 whitespace-nowrap max-sm:hidden">{when}</td>
      <td className="px-3 py-2 max-sm:hidden"><bdi>{visit?.host ? names.get(visit.host) : ''}</bdi></td>
      <td className={cx('px-3 py-2', isBad ? 'text-bad' : 'text-muted')}>{word}{text && <span className="words block text-12">{text}</span>}</td>
    </tr>
  )
}
