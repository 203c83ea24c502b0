import { exportReport, type ReportTable } from '#contract/reports.ts'
import type { Live } from '../live/live.ts'
import { tell, why } from '../shell/notices.ts'
import { offer } from '../shell/offer.ts'
import { t } from '../words.ts'
import type { Asked } from './use-report.ts'

const deadlineMs = 10 * 60_000

/** By the call that carries the ticket: an address alone would have none. */
export async function download(lodge: Live['lodge'], asked: Asked, table: ReportTable): Promise<void> {
  const done = tell(t('exporting'), { staysMs: deadlineMs })
  const outcome = await lodge.call(exportReport, { query: { ...asked, table } }, { timeoutMs: deadlineMs })
  done()
  if (!outcome.ok) { tell(`${t('exportFailed')}. ${why(outcome.code)}`, { failed: true }); return }
  offer(`conversations-${table}-${asked.from}-${asked.to}.csv`, outcome.value)
}
