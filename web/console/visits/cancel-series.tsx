import { useState } from 'react'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { t } from '../words.ts'
import { Scope, type SeriesScope } from './scope.tsx'
import type { VisitVerbs } from './verbs.ts'

/** One of several: which of them is asked, for the others have no undo. */
export function CancelSeries({ visit, series, verbs, onClose }: { visit: Visit; series: string; verbs: VisitVerbs; onClose: () => void }) {
  const [scope, setScope] = useState<SeriesScope>('one')
  const cancel = (): void => {
    if (scope === 'one') verbs.cancel(visit)
    else verbs.cancelSeries(visit, series, scope === 'following' ? visit.day : undefined)
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('seriesCancelTitle', { name: visit.name })} closeLabel={t('closeDialog')}>
      <p className="words mb-4 text-14">{t('seriesCancelText')}</p>
      <Scope value={scope} options={['one', 'following', 'all']} onChange={setScope} />
      <div className="mt-5 flex justify-end gap-2">
        <Button kind="quiet" onClick={onClose}>{t('back')}</Button>
        <Button kind="bad" onClick={cancel}>{t('cancelVisit')}</Button>
      </div>
    </Dialog>
  )
}
