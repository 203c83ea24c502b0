import { exportReport, type ReportTable } from '#contract/reports.ts'
import type { Live } from '../live/live.ts'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import type { Asked } from './use-report.ts'

const deadlineMs = 10 * 60_000

/** By the call that carries the ticket: an address alone would have none. */
export async function download(lodge: Live['lodge'], asked: Asked, table: ReportTable): Promise<void> {
  const done = tell(t('exporting'), { staysMs: deadlineMs })
  const outcome = await lodge.call(exportReport, { query: { ...asked, table } }, { timeoutMs: deadlineMs })
  done()
  if (!outcome.ok) { tell(`${t('exportFailed')}. ${why(outcome.code)}`, { failed: true }); return }
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(outcome.value), download: `conversations-${table}-${asked.from}-${asked.to}.csv` })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
