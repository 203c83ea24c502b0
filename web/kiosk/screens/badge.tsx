/** @jsxImportSource preact */
import type { Draft } from '../flow/draft.ts'
import { useHouse } from '../frame.tsx'
import { useWords } from '../words.ts'

/** Seen on paper only. */
export function Badge({ draft }: { draft: Draft }) {
  const { t, time, date } = useWords()
  const { kiosk } = useHouse()
  const { account, location } = kiosk.state.now.snapshot!
  const nowMs = kiosk.now()
  return (
    <div class="badge" aria-hidden="true">
      <div class="badge-text">
        <p class="badge-kind">{t('badgeVisitor')}</p>
        <p class="badge-name" dir="auto">{draft.name}</p>
        {draft.company && <p dir="auto">{draft.company}</p>}
        {draft.host && <p>{t('badgeHost', { host: draft.host.name })}</p>}
        <p class="badge-foot">{account} · {location.name} · {date(nowMs)} {time(nowMs)}</p>
      </div>
      {draft.photo && <img src={draft.photo} alt="" />}
    </div>
  )
}

/** Once the badge has been drawn; what it returns withdraws it. */
export function printBadge(): () => void {
  const timer = setTimeout(() => print(), 400)
  return () => clearTimeout(timer)
}
