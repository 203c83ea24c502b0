import { Download } from 'lucide-react'
import { useState } from 'react'
import type { Location } from '#contract/places.ts'
import type { VisitFile } from '#contract/visit-imports.ts'
import { Button } from '#web/ui/button.tsx'
import { Check } from '#web/ui/field.tsx'
import { useMailStays } from '../../live/queries.ts'
import { offerText } from '../../shell/offer.ts'
import { t } from '../../words.ts'
import { useNames } from '../use-names.ts'
import { Preview, problemsText } from './preview.tsx'
import { useImport } from './use-import.ts'

interface Props { file: VisitFile; location: Location; locations: readonly Location[]; onOrder: (dates: 'day_first' | 'month_first') => void; onOther: () => void }

/** What would be made, then what is made, row by row. */
export function Ready({ file, location, locations, onOrder, onOther }: Props) {
  const names = useNames()
  const { states, isGoing, start, stop } = useImport()
  const [invite, setInvite] = useState(false)
  const mailStays = useMailStays()
  const good = file.rows.filter((row) => row.visit !== null)
  const fresh = good.filter((row) => !row.isKnown)
  const bad = file.rows.filter((row) => row.visit === null)
  const made = good.filter((row) => states.get(row.line)?.is === 'made')
  const failed = good.filter((row) => states.get(row.line)?.is === 'failed')
  const begun = states.size > 0
  const left = fresh.filter((row) => states.get(row.line)?.is !== 'made')
  const known = good.length - fresh.length
  const unused = file.columns.filter((c) => c.meaning === null && c.header).map((c) => c.header)
  const download = async (): Promise<void> => {
    const { default: Papa } = await import('papaparse')
    const rows = [...bad, ...left].toSorted((a, b) => a.line - b.line)
    const because = (line: number): string => { const state = states.get(line); return state?.is === 'failed' ? state.because : '' }
    // A cell that begins like a formula is none: whoever opens the file must not run what a stranger typed.
    const csv = Papa.unparse([[...file.columns.map((c) => c.header), t('importState')], ...rows.map((row) => [...file.columns.map((_, at) => row.cells[at] ?? ''), problemsText(row, file) || because(row.line)])], { escapeFormulae: true })
    offerText(`${location.name} – ${t('row_failed')}.csv`, `\uFEFF${csv}`, 'text/csv')
  }
  return (
    <>
      <div className="flex flex-col gap-1 text-13">
        <p role="status" className="text-14 font-medium">
          {begun ? (isGoing ? t('importProgress', { done: made.length + failed.length, all: fresh.length }) : t('importDone', { n: made.length })) : t('importReady', { n: fresh.length })}
          {known > 0 && <span className="font-normal text-muted"> · {t('importKnown', { n: known })}</span>}
          {bad.length > 0 && <span className="font-normal text-bad"> · {t('importWrong', { n: bad.length })}</span>}
          {failed.length > 0 && <span className="font-normal text-bad"> · {t('importFailed', { n: failed.length })}</span>}
        </p>
        {begun && isGoing && <progress className="h-1.5 w-full accent-(--accent-ink)" aria-label={t('importVisits')} max={fresh.length} value={made.length + failed.length} />}
        {!begun && <p className="text-muted">{t('importNothingYet')}</p>}
        {unused.length > 0 && !begun && <p className="text-muted">{t('importUnused', { columns: unused.join(' · ') })}</p>}
        {file.dates && !file.dates.isCertain && !begun && (
          <p>
            {t(file.dates.order === 'day_first' ? 'importDayFirst' : 'importMonthFirst')}{' '}
            <button type="button" className="text-accent-ink underline underline-offset-2" onClick={() => onOrder(file.dates?.order === 'day_first' ? 'month_first' : 'day_first')}>{t('importOtherWay')}</button>
          </p>
        )}
      </div>
      <Preview {...{ file, locations, names, states }} />
      {!begun && fresh.some((row) => row.visit?.email) && <Check label={t('importInvite')} {...(mailStays && { hint: t('mailStays') })} checked={invite} onChange={(e) => setInvite(e.target.checked)} />}
      <div className="flex flex-wrap justify-end gap-2">
        {!isGoing && bad.length + failed.length > 0 && <Button kind="quiet" icon={<Download aria-hidden size={16} />} onClick={() => void download()}>{t('importFailedDownload')}</Button>}
        {!isGoing && <Button onClick={onOther}>{t('importOther')}</Button>}
        {isGoing && <Button onClick={stop}>{t('importStop')}</Button>}
        {!isGoing && left.length > 0 && (
          <Button kind="primary" onClick={() => start(left, invite)}>{begun ? t('importAgain') : t('importGo', { n: left.length })}</Button>
        )}
      </div>
    </>
  )
}
