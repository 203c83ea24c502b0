/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks'
import type { StatusBanner } from '#contract/status.ts'
import type { Lodge } from '#client/lodge.ts'
import type { Translate } from '#web/ui/catalogue.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import type { Times } from './times.ts'

/** What is wrong on our side, in the words of the house: nobody should wonder whether it is them. */
export function StatusNotice({ lodge, time, t }: { lodge: Lodge; time: Times; t: Translate<MessengerSentences> }) {
  const [{ items, more }, set] = useState<StatusBanner>({ items: [], more: null })
  useEffect(() => lodge.watch('status:visitors', (body) => set(body as StatusBanner)), [lodge])
  return (
    <output class="status">
      {items.map((i) => (
        <p key={i.id} dir="auto">
          <b>{i.title}</b> {i.text.length > 160 ? `${i.text.slice(0, 159)}…` : i.text}
          {i.nextUpdateAt && <> <span>{t('statusNext', { time: time.clock(i.nextUpdateAt) })}</span></>}
          {i.from && <> <span>{time.date(i.from)}, {time.clock(i.from)}</span></>}
          {more && <> <a href={more} target="_blank" rel="noreferrer">{t('statusMore')}</a></>}
        </p>
      ))}
    </output>
  )
}
