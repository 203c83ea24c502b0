import { Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { planMaxBytes, planTypes, removeFloorPlan, saveFloorPlan, type Floor } from '#contract/spaces.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../../live/live-context.ts'
import { whyNot } from '../../shell/notices.ts'
import { t } from '../../words.ts'
import { went } from '../page.tsx'

/** Reading a file as a data URL ends in its base64. */
const base64Of = async (file: File): Promise<string> => new Promise((resolve, reject) => {
  const reader = new FileReader()
  reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result.split(',', 2)[1] ?? '' : ''))
  reader.addEventListener('error', () => reject(new Error('The file cannot be read')))
  reader.readAsDataURL(file)
})
const patienceMs = 60_000

export function PlanUpload({ floor }: { floor: Floor }) {
  const { lodge, queries } = useLive()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const params = { floor: floor.id }
  const read = async (): Promise<void> => queries.invalidateQueries({ queryKey: ['floors'] })
  const upload = async (file: File): Promise<void> => {
    setWrong(undefined)
    if (file.size > planMaxBytes) return setWrong(t('planTooLarge'))
    setBusy(true)
    const outcome = await lodge.call(saveFloorPlan, { params, body: { base64: await base64Of(file) } }, { timeoutMs: patienceMs })
    await read()
    setBusy(false)
    if (!outcome.ok) return setWrong(whyNot(outcome))
    went(outcome, t('didSave'))
  }
  const remove = async (): Promise<void> => {
    went(await lodge.call(removeFloorPlan, { params }), t('planRemoved'))
    await read()
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        ref={input} type="file" accept={planTypes.join(',')} aria-label={t('planUpload')} className="sr-only" tabIndex={-1}
        onChange={(e) => { const [file] = e.target.files ?? []; e.target.value = ''; if (file) void upload(file) }}
      />
      <Button icon={<Upload aria-hidden size={14} />} disabled={busy} onClick={() => input.current?.click()}>{floor.plan ? t('planReplace') : t('planUpload')}</Button>
      {floor.plan && <Button kind="quiet" disabled={busy} onClick={() => void remove()}>{t('planRemove')}</Button>}
      {wrong ? <p role="alert" className="text-13 text-bad">{wrong}</p> : <p className="text-12 text-muted">{t('planTypesHint')}</p>}
    </div>
  )
}
