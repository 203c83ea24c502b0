import type { BadgeSize } from '#contract/badges.ts'
import type { Visit } from '#contract/visits.ts'
import { useLive } from '../live/live-context.ts'
import { t } from '../words.ts'
import { QrCode } from './qr-code.tsx'
import { longDayIn } from './when.ts'

/** Longer names are set smaller, so that they stand on the label whole. */
const nameSize = (name: string): string => name.length > 40 ? '12pt' : name.length > 22 ? '16pt' : '21pt'

/** As it comes out of the printer, in its true size: black on white. The same for the eye and for the paper. */
export function BadgeFace({ visit, host, photo, size }: { visit: Visit; host: string | undefined; photo: string | undefined; size: BadgeSize }) {
  const { session } = useLive()
  return (
    <div className={`badge badge-${size}`}>
      <p className="badge-house"><bdi>{session.account.name}</bdi><span>{t('badgeVisitor')}</span></p>
      <div className="badge-who">
        <p className="badge-name" dir="auto" style={{ fontSize: nameSize(visit.name) }}>{visit.name}</p>
        {visit.company && <p className="badge-company" dir="auto">{visit.company}</p>}
        {host && <p>{t('toSee', { host })}</p>}
        <p>{longDayIn('UTC', `${visit.day}T12:00:00Z`)}</p>
      </div>
      <div className="badge-marks">
        {photo && <img className="badge-photo" src={photo} alt={t('photoOf', { name: visit.name })} />}
        <QrCode code={visit.code} label={t('badgeCode')} className="badge-code" />
      </div>
    </div>
  )
}
