import { Download, Search, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { exportPerson, findPerson, type Person } from '#contract/persons.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Select, TextField } from '#web/ui/field.tsx'
import { field, Form } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { why } from '../shell/notices.ts'
import { offerText } from '../shell/offer.ts'
import { t } from '../words.ts'
import { PersonFound } from './person-found.tsx'
import { ErasePerson } from './erase-person.tsx'
import { Page } from './page.tsx'

const ways = ['email', 'phone', 'name'] as const
type Way = (typeof ways)[number]

/** Who asks what is held of them is answered; who wants to be forgotten is. */
export function OnePerson() {
  const { lodge } = useLive()
  const [way, setWay] = useState<Way>('email')
  const [asked, setAsked] = useState<{ by: { [W in Way]?: string }; found: Person }>()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [erasing, setErasing] = useState<string>()
  const ask = async (by: { [W in Way]?: string }): Promise<void> => {
    setBusy(true)
    const outcome = await lodge.call(findPerson, { query: by })
    setBusy(false)
    setWrong(outcome.ok ? undefined : outcome.code === 'invalid' ? outcome.message.replace(/^querystring\/\w+: /, '') : why(outcome.code))
    if (!outcome.ok) return
    setLeft(new Set())
    setAsked({ by, found: outcome.value })
  }
  const download = async (): Promise<void> => {
    if (!asked) return
    setBusy(true)
    const outcome = await lodge.call(exportPerson, { query: asked.by })
    setBusy(false)
    if (outcome.ok) offerText('person.json', JSON.stringify(outcome.value, null, 2), 'application/json')
    else setWrong(why(outcome.code))
  }
  const found = asked?.found
  const chosen = { visits: found?.visits.filter((v) => !left.has(v.id)) ?? [], series: found?.series.filter((s) => !left.has(s.id)) ?? [] }
  const n = chosen.visits.length + chosen.series.length
  const isNothing = found && found.visits.length + found.series.length + found.contacts.length === 0
  return (
    <Page title={t('settingsPerson')} text={t('settingsPersonText')}>
      <Form className="mb-6" onSubmit={async (form) => ask({ [way]: field(form, 'what') })}>
        <div className="grid items-end gap-3 sm:grid-cols-[180px_minmax(0,1fr)_auto]">
          <Select label={t('personBy')} value={way} options={ways.map((one) => [one, t(`personBy_${one}`)] as const)} onChange={(e) => setWay(e.target.value as Way)} />
          <TextField name="what" type={way === 'email' ? 'email' : way === 'phone' ? 'tel' : 'text'} label={t(`personBy_${way}`)} autoComplete="off" required />
          <Button kind="primary" type="submit" className="h-9" icon={<Search aria-hidden size={16} />} disabled={busy}>{t('personFind')}</Button>
        </div>
        {wrong && <p role="alert" className="text-13 text-bad">{wrong}</p>}
      </Form>
      {isNothing && <EmptyState title={t('personNone')} text={t('personNoneText')} />}
      {found && !isNothing && (
        <div className="flex flex-col gap-5">
          {asked.by.name !== undefined && <p className="rounded-card border border-line p-3 text-13">{t('personNameWarning')}</p>}
          <PersonFound found={found} left={left} onPick={(id) => setLeft((before) => before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id]))} />
          {!found.isWhole && <p className="text-13 text-muted">{t('personMore')}</p>}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line pt-4">
            <Button icon={<Download aria-hidden size={16} />} disabled={busy} onClick={() => void download()}>{t('personExport')}</Button>
            <Button kind="bad" icon={<Trash2 aria-hidden size={16} />} disabled={busy || n === 0} onClick={() => setErasing(newId())}>{t('personErase')}</Button>
            <span className="text-12 text-muted">{t('personChosen', { n })}</span>
            <p className="w-full text-12 text-muted">{t('personExportText')}</p>
          </div>
        </div>
      )}
      {erasing && (
        <ErasePerson
          id={erasing} visits={chosen.visits.map((v) => v.id)} series={chosen.series.map((s) => s.id)} onClose={() => setErasing(undefined)}
          onErased={() => {
            setErasing(undefined)
            if (asked) void ask(asked.by)
          }}
        />
      )}
    </Page>
  )
}
