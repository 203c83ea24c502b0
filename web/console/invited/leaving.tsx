import { LogOut } from 'lucide-react'
import { useRef, useState } from 'react'
import { leaveInvited, type Invited } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { callPublic } from '../live/session.ts'
import { Confirm } from '../shell/confirm.tsx'
import { why } from '../shell/notices.ts'
import { insist } from '../visits/verbs.ts'
import { t } from '../words.ts'

/** Asks first: a link is tapped easily, and reception would count one person too few. */
export function Leaving({ code, onLeft, onOther }: { code: string; onLeft: (invited: Invited) => void; onOther: () => void }) {
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const id = useRef<string>(undefined)
  const leave = async (): Promise<void> => {
    setBusy(true)
    setWrong(undefined)
    const attempt = id.current ??= newId()
    const outcome = await insist(async () => callPublic(leaveInvited, { params: { code }, body: { id: attempt } }))
    setBusy(false)
    if (outcome.ok) onLeft(outcome.value)
    else if (outcome.code === 'wrong_status' || outcome.code === 'not_found') onOther()
    else setWrong(why(outcome.code))
  }
  return (
    <>
      {wrong && <p role="alert" className="mb-3 text-14 text-bad">{t('invitedNotLeft', { why: wrong })}</p>}
      <Button
        kind="primary" disabled={busy} className="h-11 w-full text-16!" icon={<LogOut aria-hidden size={18} className="rtl:-scale-x-100" />}
        onClick={() => setAsking(true)}
      >
        {t('invitedLeave')}
      </Button>
      {asking && (
        <Confirm
          bad={false} title={t('invitedLeaveTitle')} text={t('invitedLeaveText')} verb={t('invitedLeave')} onYes={() => void leave()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
