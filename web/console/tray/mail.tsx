import { MailX } from 'lucide-react'
import { useState } from 'react'
import { retryDelivery } from '#contract/deliveries.ts'
import { linkPieces } from '#web/messenger/links.ts'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { useLive } from '../live/live-context.ts'
import { tell, why } from '../shell/notices.ts'
import { exact } from '../times.ts'
import { WayBack } from '../way-back.tsx'
import { t } from '../words.ts'
import { DeliveryState, mailRoute, useDeliveries } from './tray-screen.tsx'

export function Mail() {
  const { delivery: id } = mailRoute.useParams()
  const { lodge, queries } = useLive()
  const { data, isPending } = useDeliveries(undefined)
  const [busy, setBusy] = useState(false)
  const mail = data?.pages.flatMap((page) => page.deliveries).find((d) => d.id === id)
  const back = <WayBack to="/tray" label={t('goTray')} />
  if (!mail) return isPending ? null : <EmptyState icon={<MailX size={28} strokeWidth={1.5} />} title={t('mailAway')} action={back} />

  const retry = async (): Promise<void> => {
    setBusy(true)
    const outcome = await lodge.call(retryDelivery, { params: { delivery: id } })
    setBusy(false)
    tell(outcome.ok ? t('didRetry') : why(outcome.code), { failed: !outcome.ok })
    void queries.invalidateQueries({ queryKey: ['deliveries'] })
  }
  // A browser needs no mail server.
  const smtp = mail.channel !== 'mail' || data?.pages[0]?.smtp === true
  return (
    <article className="mx-auto max-w-[720px] px-6 py-6">
      <div className="mb-4 md:hidden">{back}</div>
      <div className="flex items-start gap-3">
        <h2 className="words flex-1 text-20 font-semibold" dir="auto">{mail.subject}</h2>
        {(mail.state === 'dead' || mail.state === 'tray') && <Button kind={mail.state === 'dead' ? 'primary' : 'plain'} disabled={busy || !smtp} title={smtp ? undefined : t('retryNeedsSmtp')} onClick={() => void retry()}>{mail.state === 'dead' ? t('tryAgain') : t('sendNow')}</Button>}
      </div>
      <dl className="mt-3 grid grid-cols-[96px_minmax(0,1fr)] gap-y-1 text-13">
        <Line label={t('mailToLabel')}><bdi>{mail.to}</bdi></Line>
        <Line label={t('mailState')}><DeliveryState of={mail} /></Line>
        <Line label={t('mailMade')}><time dateTime={mail.createdAt}>{exact(mail.createdAt)}</time></Line>
        {mail.doneAt && <Line label={t('mailDone')}><time dateTime={mail.doneAt}>{exact(mail.doneAt)}</time></Line>}
        {mail.nextAt && mail.state === 'waiting' && <Line label={t('mailNext')}><time dateTime={mail.nextAt}>{exact(mail.nextAt)}</time></Line>}
        {mail.attempts > 0 && <Line label={t('mailAttempts')}>{mail.attempts}</Line>}
        {mail.lastError && <Line label={t('mailError')}><span className="text-bad">{mail.lastError}</span></Line>}
        {mail.channel === 'mail' && <Line label="Message-ID"><span className="text-12 break-all text-muted">{mail.messageId}</span></Line>}
      </dl>
      <div className="words mt-5 rounded-card border border-line bg-paper p-5" dir="auto">
        {linkPieces(mail.text).map((piece, at) => piece.href ? <a key={at} href={piece.href} className="text-accent-ink underline">{piece.text}</a> : piece.text)}
      </div>
    </article>
  )
}

const Line = ({ label, children }: { label: string; children: React.ReactNode }) => <><dt className="text-muted">{label}</dt><dd className="min-w-0 break-words">{children}</dd></>
