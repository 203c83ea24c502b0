import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { idOf } from '#contract/ids.ts'
import { listKeptRefusals, resolveKeptRefusal, type KeptRefusal } from '#contract/kept.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { Confirm } from '../shell/confirm.tsx'
import { tell, why } from '../shell/notices.ts'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'

const everyMs = 15_000

/** What the server took while its database was away and could not do afterwards: a person decides. Nothing is shown when there is none. */
export function KeptRefusals() {
  const { lodge, queries } = useLive()
  const { data } = useQuery({ queryKey: ['kept-refusals'], refetchInterval: everyMs, queryFn: async () => (await ask(lodge.call, listKeptRefusals, {})).refusals })
  const [busy, setBusy] = useState<string>()
  const [ending, setEnding] = useState<KeptRefusal>()
  const now = useNow()
  if (!data?.length) return null

  const resolve = async ({ id }: KeptRefusal, how: 'retry' | 'dismiss'): Promise<void> => {
    setBusy(id)
    const outcome = await lodge.call(resolveKeptRefusal, { params: { refusal: id }, body: { how } })
    setBusy(undefined)
    void queries.invalidateQueries({ queryKey: ['kept-refusals'] })
    if (!outcome.ok) tell(why(outcome.code), { failed: true })
    else if (outcome.value.state === 'open') tell(t('keptRefusedStill', { reason: why(outcome.value.code ?? 'internal') }), { failed: true })
    else tell(t(outcome.value.state === 'applied' ? 'keptRefusedDone' : 'didDismiss'))
  }
  return (
    <section aria-label={t('keptRefused', { n: data.length })} className="border-b border-line bg-raised/60 px-4 py-3">
      <h3 className="flex items-center gap-2 text-13 font-semibold"><TriangleAlert aria-hidden size={16} className="shrink-0 text-warn" />{t('keptRefused', { n: data.length })}</h3>
      <p className="text-12 text-muted">{t('keptRefusedText')}</p>
      <ul className="mt-2 flex max-h-72 flex-col gap-3 overflow-y-auto" tabIndex={0}>
        {data.map((one) => (
          <li key={one.id} className="flex flex-col gap-1">
            <p className="flex items-baseline gap-2"><span className="words line-clamp-3 min-w-0 flex-1" dir="auto">{one.text ?? t(whatOf(one))}</span><time dateTime={one.keptAt} title={exact(one.keptAt)} className="figures shrink-0 text-12 text-muted">{brief(one.keptAt, now)}</time></p>
            <p className="text-12 text-muted">{why(one.code)}</p>
            <p className="flex flex-wrap items-center gap-2">
              <Button disabled={busy === one.id} onClick={() => void resolve(one, 'retry')}>{t('tryAgain')}</Button>
              <Button kind="bad" disabled={busy === one.id} onClick={() => setEnding(one)}>{t('dismiss')}</Button>
              {one.topic.startsWith('conversation:') && one.type !== 'conversation.open' && <Link to="/inbox/$conversation" params={{ conversation: idOf(one.topic) ?? '' }} className="text-12 text-accent-ink underline underline-offset-2">{t('keptRefusedLook')}</Link>}
            </p>
          </li>
        ))}
      </ul>
      {ending && <Confirm title={t('dismissTitle')} text={t('dismissText')} verb={t('dismiss')} onClose={() => setEnding(undefined)} onYes={() => void resolve(ending, 'dismiss')} />}
    </section>
  )
}

const whatOf = ({ kind, type }: KeptRefusal): 'keptRefusedOpen' | 'keptRefusedArrival' | 'keptRefusedDeparture' | 'keptRefusedOperation' =>
  kind === 'operation' ? 'keptRefusedOperation' : type === 'arrival' ? 'keptRefusedArrival' : type === 'departure' ? 'keptRefusedDeparture' : 'keptRefusedOpen'
