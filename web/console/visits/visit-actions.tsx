import { Check, Ellipsis, LogIn, LogOut, RotateCcw, X } from 'lucide-react'
import { useState } from 'react'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { Keys } from '#web/ui/keys.tsx'
import { MenuItem, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { useLive } from '../live/live-context.ts'
import { useSelected } from '../live/store.ts'
import { Confirm } from '../shell/confirm.tsx'
import { t } from '../words.ts'
import { isOnList } from './book.ts'
import { CancelSeries } from './cancel-series.tsx'
import { Refuse } from './refuse.tsx'
import { underway, useVisitVerbs } from './verbs.ts'

type Sheet = 'refuse' | 'cancel' | 'erase' | 'in'

/** What can be done now; what has no way back asks first. Who was erased while here can still leave. @param away nothing is begun; what is open already stays, with what was written into it */
export function VisitActions({ visit, today, away }: { visit: Visit; today: string; away: boolean }) {
  const { session } = useLive()
  const verbs = useVisitVerbs()
  const busy = useSelected(underway, (all) => all.has(visit.id))
  const [sheet, setSheet] = useState<Sheet>()
  const { status, name } = visit
  const isAdmin = session.user.role === 'admin'
  const end = (): void => setSheet(undefined)
  const checkIn = (): void => isOnList(visit) || status === 'refused' ? setSheet('in') : verbs.checkIn(visit)
  const canCancel = status === 'expected' || status === 'waiting' || status === 'no_show'
  const canRefuse = status === 'expected'
  return (
    <>
      {!away && (
        <div className="mt-4 flex flex-wrap items-center gap-2">
          {status === 'waiting' && (
            <>
              <Button kind="primary" icon={<Check aria-hidden size={16} />} disabled={busy} className={tall} onClick={() => verbs.letIn(visit)}>
                {t('letIn')}<Key of="I" />
              </Button>
              <Button icon={<X aria-hidden size={16} />} disabled={busy} className={tall} onClick={() => setSheet('refuse')}>{t('refuse')}</Button>
            </>
          )}
          {status === 'expected' && (
            <Button kind="primary" icon={<LogIn aria-hidden size={16} className="rtl:-scale-x-100" />} disabled={busy} className={tall} onClick={checkIn}>
              {t('checkIn')}<Key of="I" />
            </Button>
          )}
          {status === 'checked_in' && (
            <Button
              kind="primary" icon={<LogOut aria-hidden size={16} className="rtl:-scale-x-100" />} disabled={busy} className={tall}
              onClick={() => verbs.checkOut(visit)}
            >
              {t('checkOut')}<Key of="O" />
            </Button>
          )}
          {(status === 'checked_out' || status === 'no_show' || status === 'cancelled' || status === 'refused') && (
            <Button icon={<LogIn aria-hidden size={16} className="rtl:-scale-x-100" />} disabled={busy} className={tall} onClick={checkIn}>
              {t(status === 'checked_out' ? 'checkInAgain' : status === 'refused' ? 'checkInDespite' : 'checkInAfterAll')}
            </Button>
          )}
          {status === 'cancelled' && visit.day >= today && (
            <Button icon={<RotateCcw aria-hidden size={16} />} disabled={busy} className={tall} onClick={() => verbs.restore(visit)}>{t('expectAgain')}</Button>
          )}
          {(canCancel || canRefuse || isAdmin) && !visit.isErased && (
            <MenuRoot>
              <MenuTrigger
                aria-label={t('more')}
                className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-ink data-[state=open]:bg-raised"
              >
                <Ellipsis size={18} />
              </MenuTrigger>
              <MenuSheet align="start">
                {canRefuse && <MenuItem onSelect={() => setSheet('refuse')}>{t('refuseOpen')}</MenuItem>}
                {canCancel && <MenuItem onSelect={() => visit.series ? setSheet('cancel') : verbs.cancel(visit)}>{t('cancelVisit')}</MenuItem>}
                {isAdmin && <MenuItem bad onSelect={() => setSheet('erase')}>{t('eraseVisit')}</MenuItem>}
              </MenuSheet>
            </MenuRoot>
          )}
        </div>
      )}
      {sheet === 'refuse' && <Refuse visit={visit} onRefuse={async (reason) => verbs.refuse(visit, reason)} onClose={end} />}
      {sheet === 'cancel' && visit.series && <CancelSeries visit={visit} series={visit.series} verbs={verbs} onClose={end} />}
      {sheet === 'erase' && (
        <Confirm title={t('eraseTitle', { name })} text={t('eraseText')} verb={t('eraseVisit')} onYes={() => verbs.erase(visit)} onClose={end} />
      )}
      {sheet === 'in' && (
        <Confirm
          bad={false} title={status === 'refused' ? t('refusedInTitle', { name }) : t('watchedTitle', { name })}
          text={status === 'refused' ? t('refusedInText') : t('watchedText')} verb={t('checkIn')} onYes={() => verbs.checkIn(visit)} onClose={end}
        />
      )}
    </>
  )
}

const tall = 'pointer-coarse:h-11'
/** No finger needs to know it. */
const Key = ({ of }: { of: string }) => <span className="pointer-coarse:hidden"><Keys of={of} /></span>
