import { useState } from 'react'
import { retryMessage } from '#contract/channels.ts'
import { newId } from '#client/lodge.ts'
import type { Message } from '#client/thread.ts'
import { Ticks } from '#web/ui/ticks.tsx'
import { useLive } from '../live/live-context.ts'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'

/** What the carrier said of a message: quiet when it went well, else why not, and what to do. */
export function Report({ message, conversation }: { message: Message; conversation: string }) {
  const { lodge } = useLive()
  const [id, setId] = useState(newId)
  const [busy, setBusy] = useState(false)
  const { report } = message
  if (!report) return null
  const { state, parts, delivered, reason, detail } = report
  if (state !== 'failed' && state !== 'unknown') return <span>{t(`reported_${state}`)}{parts > 1 && ` · ${t('smsParts', { n: parts })}`}</span>

  const again = async (): Promise<void> => {
    setBusy(true)
    const outcome = await lodge.call(retryMessage, { params: { conversation, message: message.id }, body: { id } })
    setBusy(false)
    if (outcome.ok) setId(newId())
    else tell(why(outcome.code), { failed: true })
  }
  return (
    <span className={state === 'failed' ? 'flex flex-wrap items-center justify-end gap-x-2 text-bad' : 'flex flex-wrap items-center justify-end gap-x-2 text-warn'}>
      <Ticks state="failed" label={t(`reported_${state}`)} />
      <span>
        {t(`reported_${state}`)}. {reason && t(`reason_${reason}`)} {parts > 1 && delivered > 0 && t('partsArrived', { delivered, parts })} {detail && <code className="text-[11px] opacity-80">{detail}</code>}
      </span>
      {reason !== 'opted_out' && (
        <button type="button" disabled={busy} className="font-medium underline underline-offset-2 disabled:opacity-50" onClick={() => void again()}>{state === 'unknown' ? t('sendAgain') : t('tryAgain')}</button>
      )}
    </span>
  )
}
