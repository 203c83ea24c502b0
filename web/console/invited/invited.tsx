import { getRouteApi } from '@tanstack/react-router'
import { CloudOff } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import type { Invited as Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { Entrance } from '../entrance/entrance.tsx'
import { why } from '../shell/notices.ts'
import { QrCode } from '../visits/qr-code.tsx'
import { clockIn, longDayIn, momentIn, zoneName } from '../visits/when.ts'
import { t } from '../words.ts'
import { keepDraft, keptDraft } from './draft.ts'
import { InvitedForm } from './invited-form.tsx'
import { Leaving } from './leaving.tsx'
import { useInvited } from './use-invited.ts'

const route = getRouteApi('/invited/$code')

/** What an invitation's link opens, on the phone of somebody who has no account here. The code is the key. */
export function Invited() {
  const { code } = route.useParams()
  const { invited, problem, look, took } = useInvited(code)
  const isUnknown = problem === 'not_found' || problem === 'invalid'
  useEffect(() => { if (isUnknown) keepDraft(code, {}) }, [isUnknown, code])
  useEffect(() => { if (invited) document.title = t('invitedTitle', { account: invited.account }) }, [invited])

  if (isUnknown) return <Entrance title={t('invitedUnknown')} text={t('invitedUnknownText')}>{null}</Entrance>
  if (!invited && problem) return (
    <Entrance title={t('invitedAway')} text={why(problem)}>
      <Pass code={code} text={t('invitedAwayCode')} />
      <Button className="mt-6 h-11 w-full text-16!" onClick={() => void look()}>{t('tryAgain')}</Button>
    </Entrance>
  )
  if (!invited) return (
    <Entrance title={t('invitedLoading')}>
      <div aria-busy className="flex flex-col gap-4"><Skeleton className="h-5" /><Skeleton className="h-5" /><Skeleton className="h-60" /></div>
    </Entrance>
  )
  const { name, host, location } = invited
  const asOld = problem !== undefined && (
    <p role="status" className="mb-4 flex items-center gap-2 text-13 text-muted"><CloudOff aria-hidden size={16} className="shrink-0" />{t('invitedOld')}</p>
  )
  switch (invited.status) {
    case 'expected': return (
      <Entrance title={t('invitedTitle', invited)} text={host ? t('invitedBy', { name, host }) : t('invitedByNobody', { name })}>
        {asOld}
        <Details of={invited} />
        <Pass code={code} text={t('invitedCodeText')} />
        <h2 className="mt-8 text-16 font-semibold">{t('invitedForm')}</h2>
        <p className="mt-1 mb-4 text-14 text-muted">{t('invitedFormText')}</p>
        <InvitedForm invited={invited} onSaved={took} onGone={() => void look()} />
      </Entrance>
    )
    case 'checked_in': return (
      <Entrance title={t('invitedHere', { name })} text={host ? t('invitedHereText', { location, host }) : t('invitedHereTextNobody', { location })}>
        {asOld}
        <Unsaved code={code} />
        <Details of={invited} />
        <Leaving code={code} onLeft={took} onOther={() => void look()} />
      </Entrance>
    )
    case 'waiting': return (
      <Entrance title={t('invitedWaiting')} text={t('invitedWaitingText')}>{asOld}<Unsaved code={code} /><Details of={invited} /></Entrance>
    )
    case 'checked_out': return <Entrance title={t('invitedLeft', { name })} text={t('invitedLeftText')}>{null}</Entrance>
    case 'cancelled': return (
      <Entrance title={t('invitedCancelled')} text={t('invitedAskHost', { host: host ?? location })}><Details of={invited} /></Entrance>
    )
    case 'refused': return <Entrance title={t('invitedRefused')} text={t('invitedAskHost', { host: host ?? location })}>{null}</Entrance>
    case 'no_show': return <Entrance title={t('invitedPast')} text={t('invitedAskHost', { host: host ?? location })}>{null}</Entrance>
  }
}

/** Typed and never saved, and now it is too late: said, not dropped in silence. */
const Unsaved = ({ code }: { code: string }) => Object.keys(keptDraft(code)).length > 0 && <p className="mb-4 text-14">{t('invitedTooLate')}</p>

function Details({ of: { location, address, zone, expectedAt, leavingAt } }: { of: Visit }) {
  // Of another day than that of coming, the day is said too.
  const until = leavingAt && expectedAt && momentIn(zone, leavingAt, Date.parse(expectedAt))
  return (
    <dl className="mb-6 flex flex-col gap-4">
      {expectedAt && (
        <Detail label={t('invitedWhen')}>
          <span className="block font-medium">{longDayIn(zone, expectedAt)}</span>
          <span className="figures block">{until ? t('invitedFromTo', { from: clockIn(zone, expectedAt), to: until }) : clockIn(zone, expectedAt)}</span>
          <span className="block text-13 text-muted">{t('zoneHint', { zone: zoneName(zone, Date.parse(expectedAt)) })}</span>
        </Detail>
      )}
      <Detail label={t('invitedWhere')}>
        <span className="words block font-medium">{location}</span>
        {address && <span className="words block">{address}</span>}
      </Detail>
    </dl>
  )
}

const Detail = ({ label, children }: { label: string; children: ReactNode }) => (
  <div><dt className="text-13 text-muted">{label}</dt><dd className="text-16">{children}</dd></div>
)

function Pass({ code, text }: { code: string; text: string }) {
  return (
    <figure className="flex flex-col items-center gap-3 rounded-card border border-line bg-surface p-5 text-center">
      <QrCode code={code} label={t('invitedCode')} className="size-52 rounded-control" />
      <figcaption className="text-14">
        {text}
        <span dir="ltr" className="figures mt-1 block text-12 break-all text-muted select-all">{code}</span>
      </figcaption>
    </figure>
  )
}
