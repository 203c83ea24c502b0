import { useState } from 'react'
import { erasePerson } from '#contract/persons.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check } from '#web/ui/field.tsx'
import { Form } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { tell, why } from '../shell/notices.ts'
import { insist } from '../visits/verbs.ts'
import { t } from '../words.ts'

/** @param id of the command: however often it is sent, it is one erasure */
export function ErasePerson({ id, visits, series, onClose, onErased }: { id: string; visits: readonly string[]; series: readonly string[]; onClose: () => void; onErased: () => void }) {
  const { lodge } = useLive()
  const [sure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const erase = async (): Promise<void> => {
    if (!sure || busy) return
    setBusy(true)
    const outcome = await insist(async () => lodge.call(erasePerson, { body: { id, visits: [...visits], series: [...series] } }))
    setBusy(false)
    if (!outcome.ok) return setWrong(why(outcome.code))
    tell(t('personErased', { n: outcome.value.visits }))
    onErased()
  }
  return (
    <Dialog open onClose={onClose} title={t('personEraseTitle')} closeLabel={t('closeDialog')}>
      <Form onSubmit={erase}>
        <p className="words text-14">{t('personEraseText', { visits: t('personVisits', { n: visits.length }), series: t('personSeries', { n: series.length }) })}</p>
        <Check label={t('personEraseSure')} checked={sure} onChange={(e) => setSure(e.target.checked)} />
        {wrong && <p role="alert" className="text-13 text-bad">{wrong}</p>}
        <div className="flex justify-end gap-2">
          <Button kind="quiet" onClick={onClose}>{t('back')}</Button>
          <Button kind="bad" type="submit" disabled={!sure || busy}>{t('personEraseYes')}</Button>
        </div>
      </Form>
    </Dialog>
  )
}
