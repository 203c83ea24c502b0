import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Plus } from 'lucide-react'
import { useState } from 'react'
import { alertComponents, getOnCall, saveOnCall, tryOnCall, type OnCall, type OnCallPerson, type OnCallShown } from '#contract/alerts.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Select } from '#web/ui/field.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { ask, Failed } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { tell, whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { DutyForm, dutyName } from './duty-form.tsx'
import { PersonForm } from './person-form.tsx'
import { card, Section } from './section.tsx'

/** Who is on call for what, in which order. */
export function OnCallScreen() {
  const { lodge } = useLive()
  const query = useQuery({ queryKey: ['on-call'], queryFn: async () => ask(lodge.call, getOnCall, {}), retry: false })
  const isForbidden = query.error instanceof Failed && query.error.code === 'forbidden'
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[720px] flex-col gap-8 px-4 pt-4 pb-12">
        <header className="flex flex-col gap-1">
          <Link to="/operations" className="inline-flex items-center gap-1.5 self-start text-13 text-muted hover:text-ink"><ArrowLeft aria-hidden size={14} className="rtl:rotate-180" />{t('goOperations')}</Link>
          <h2 className="text-20 font-semibold">{t('opsOnCall')}</h2>
          <p className="text-13 text-muted">{t('opsOnCallText')}</p>
        </header>
        {query.data ? <Shown shown={query.data} /> : query.isError
          ? isForbidden ? <EmptyState title={t('opsForbidden')} text={t('opsForbiddenText')} /> : <ReadFailed title={t('opsFailed')} onRetry={() => void query.refetch()} />
          : <div aria-busy className="flex flex-col gap-3"><Skeleton className="h-10" /><Skeleton className="h-10" /></div>}
      </div>
    </div>
  )
}

function Shown({ shown: { onCall, canSend, secrets } }: { shown: OnCallShown }) {
  const { lodge, queries } = useLive()
  const [person, setPerson] = useState<OnCallPerson>()
  const [duty, setDuty] = useState<OnCall['duties'][number]>()
  const uses = (kind: string): boolean => onCall.people.some((p) => p.ways.some((w) => w.kind === kind))
  async function save(next: OnCall): Promise<string | undefined> {
    const outcome = await lodge.call(saveOnCall, { body: next })
    if (!outcome.ok) return whyNot(outcome)
    queries.setQueryData(['on-call'], outcome.value)
    tell(t('didSaveOnCall'))
    return undefined
  }
  const saveOrTell = (next: OnCall): void => void save(next).then((wrong) => { if (wrong) tell(wrong, { failed: true }) })
  async function trial(id: string): Promise<void> {
    const outcome = await lodge.call(tryOnCall, { params: { person: id } })
    if (!outcome.ok) return void tell(whyNot(outcome), { failed: true })
    for (const way of outcome.value.ways) if (!way.sent) tell(t('opsTrialFailed', { to: way.to, why: way.why ?? '' }), { failed: true })
    const sent = outcome.value.ways.filter((w) => w.sent).map((w) => w.to)
    if (sent.length > 0) tell(t('opsTrialSent', { ways: sent.join(', ') }))
  }
  const nameOf = (id: string): string => onCall.people.find((p) => p.id === id)?.name ?? t('somebody')
  const remaining = alertComponents.filter((c) => !onCall.duties.some((d) => d.component === c))
  return (
    <>
      <Section title={t('opsPeople')} action={<Button icon={<Plus aria-hidden size={16} />} onClick={() => setPerson({ id: newId(), name: '', ways: [] })}>{t('opsPersonNew')}</Button>}>
        {uses('email') && !canSend.email && <p className="text-13 text-warn">{t('opsNoMail')}</p>}
        {uses('sms') && !canSend.sms && <p className="text-13 text-warn">{t('opsNoSms')}</p>}
        {onCall.people.length === 0 && <p className={`${card} px-4 py-3 text-13 text-muted`}>{t('opsPeopleEmpty')}</p>}
        {onCall.people.length > 0 && (
          <ul className={card}>
            {onCall.people.map((p) => (
              <li key={p.id} className="flex flex-wrap items-center gap-2 py-2.5 ps-4 pe-2 text-13">
                <div className="min-w-0 flex-1 basis-52">
                  <p className="font-medium"><bdi>{p.name}</bdi></p>
                  {p.ways.map((w) => {
                    const secret = secrets.find((s) => w.kind === 'webhook' && s.to === w.to)?.secret
                    return <p key={w.kind + w.to} className="break-all text-muted">{t(`opsWay_${w.kind}`)}: <bdi dir="ltr">{w.to}</bdi>{secret && <span className="block text-12" dir="auto">{t('opsSecret', { secret })}</span>}</p>
                  })}
                </div>
                <Button onClick={() => void trial(p.id)}>{t('opsTrial')}</Button>
                <Button onClick={() => setPerson(p)}>{t('change')}</Button>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {onCall.people.length > 0 && (
        <Section title={t('opsDuties')} text={t('opsDutiesText')} action={remaining.length > 0 && <Button icon={<Plus aria-hidden size={16} />} onClick={() => setDuty({ component: remaining[0]!, people: [onCall.people[0]!.id] })}>{t('opsDutyNew')}</Button>}>
          {onCall.duties.length === 0 && <p className={`${card} px-4 py-3 text-13 text-warn`}>{t('opsOnCallNobody')}</p>}
          {onCall.duties.length > 0 && (
            <ul className={card}>
              {onCall.duties.map((d) => (
                <li key={d.component} className="flex items-center gap-2 py-2.5 ps-4 pe-2 text-13">
                  <div className="min-w-0 flex-1"><p className="font-medium">{dutyName(d.component)}</p><p className="text-muted">{d.people.map(nameOf).join(' → ')}</p></div>
                  <Button onClick={() => setDuty(d)}>{t('change')}</Button>
                </li>
              ))}
            </ul>
          )}
          <div className="max-w-60"><Select label={t('opsEscalate')} value={String(onCall.escalateAfterMinutes)} options={[...new Set([2, 5, 10, 15, 30, 60, onCall.escalateAfterMinutes])].sort((a, b) => a - b).map((n) => [String(n), String(n)])} onChange={(event) => saveOrTell({ ...onCall, escalateAfterMinutes: Number(event.target.value) })} /></div>
        </Section>
      )}
      {person && (
        <PersonForm
          person={person} isNew={!onCall.people.some((p) => p.id === person.id)} onClose={() => setPerson(undefined)}
          onSave={async (next) => save({ ...onCall, people: onCall.people.some((p) => p.id === next.id) ? onCall.people.map((p) => p.id === next.id ? next : p) : [...onCall.people, next], duties: onCall.duties.length === 0 ? [{ component: '*', people: [next.id] }] : onCall.duties })}
          onRemove={() => saveOrTell({ ...onCall, people: onCall.people.filter((p) => p.id !== person.id), duties: onCall.duties.map((d) => ({ ...d, people: d.people.filter((id) => id !== person.id) })).filter((d) => d.people.length > 0) })}
        />
      )}
      {duty && (
        <DutyForm
          duty={duty} people={onCall.people} free={remaining} isNew={!onCall.duties.some((d) => d.component === duty.component)} onClose={() => setDuty(undefined)}
          onSave={async (next) => save({ ...onCall, duties: [...onCall.duties.filter((d) => d.component !== duty.component), next] })}
          onRemove={() => saveOrTell({ ...onCall, duties: onCall.duties.filter((d) => d.component !== duty.component) })}
        />
      )}
    </>
  )
}
