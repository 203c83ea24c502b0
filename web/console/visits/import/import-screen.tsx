import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ArrowLeft, DoorOpen, Download, FileUp } from 'lucide-react'
import { useState } from 'react'
import type { Location } from '#contract/places.ts'
import { readVisitFile, visitFileMaxChars, type VisitFile } from '#contract/visit-imports.ts'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { TextArea } from '#web/ui/field.tsx'
import { Form } from '#web/ui/form.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../../live/live-context.ts'
import { locationsQuery } from '../../live/queries.ts'
import { why } from '../../shell/notices.ts'
import { offerText } from '../../shell/offer.ts'
import { t } from '../../words.ts'
import { Ready } from './ready.tsx'
import { textOf } from './text-of.ts'

const route = getRouteApi('/inside/visits/import/$location')

export function ImportScreen() {
  const { location: id } = route.useParams()
  const { lodge } = useLive()
  const { data: locations } = useQuery(locationsQuery(lodge.call))
  const location = locations?.find((l) => l.id === id)
  if (!locations) return <div aria-busy className="flex flex-col gap-4 p-6"><Skeleton className="h-8 w-1/3" /><Skeleton className="h-40" /></div>
  if (!location) return (
    <EmptyState
      icon={<DoorOpen size={28} strokeWidth={1.5} />} title={t('locationGone')} text={t('locationGoneText')}
      action={<Link to="/visits" className="text-accent-ink underline">{t('goVisits')}</Link>}
    />
  )
  return <Steps key={id} location={location} locations={locations} />
}

/** What is understood without a word of explanation. */
const example = 'Name,Company,E-mail,Phone,Host,Date,Time,Leaving,Note\r\nMara Lindqvist,Nordlys AB,mara@example.com,+46 70 123 45 67,,2030-01-31,09:30,11:00,Allergic to nuts\r\n'

function Steps({ location, locations }: { location: Location; locations: readonly Location[] }) {
  const { lodge } = useLive()
  const [text, setText] = useState('')
  const [file, setFile] = useState<VisitFile>()
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)
  const read = async (given: string, dates?: 'day_first' | 'month_first'): Promise<void> => {
    if (!given.trim() || busy) return
    if (given.length > visitFileMaxChars) return setWrong(t('importTooLarge', { n: visitFileMaxChars }))
    setBusy(true)
    const outcome = await lodge.call(readVisitFile, { body: { location: location.id, text: given, ...(dates && { dates }) } })
    setBusy(false)
    setWrong(outcome.ok ? undefined : outcome.code === 'invalid' || outcome.code === 'too_large' ? outcome.message.replace(/^text: /, '') : why(outcome.code))
    if (outcome.ok) setFile(outcome.value)
  }
  const choose = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return
    if (chosen.size > 4 * visitFileMaxChars) return setWrong(t('importTooLarge', { n: visitFileMaxChars }))
    const found = await textOf(chosen)
    if (found === undefined) return setWrong(t('importNotText'))
    setText(found)
    await read(found)
  }
  return (
    <div className="h-full overflow-y-auto bg-surface">
      <div className="mx-auto flex max-w-[860px] flex-col gap-5 px-6 py-6 max-md:px-4">
        <header className="flex items-start gap-2">
          <Link to="/visits" search={{ location: location.id }} aria-label={t('importBack')} className="-ms-2 inline-flex size-8 shrink-0 items-center justify-center rounded-control hover:bg-raised">
            <ArrowLeft aria-hidden size={18} className="rtl:rotate-180" />
          </Link>
          <div><h2 className="text-20 font-semibold">{t('importTitle', { location: location.name })}</h2><p className="mt-0.5 text-13 text-muted">{t('importText')}</p></div>
        </header>
        {file
          ? (
            <Ready
              {...{ file, location, locations }} onOrder={(dates) => void read(text, dates)}
              onOther={() => { setFile(undefined); setText('') }}
            />
          )
          : (
            <Form onSubmit={async () => read(text)}>
              <div className="flex flex-wrap items-center gap-2">
                <label className="inline-flex h-9 cursor-pointer items-center gap-1.5 rounded-control border border-line px-3 text-13 focus-within:outline-2 focus-within:outline-accent-ink hover:bg-raised">
                  <FileUp aria-hidden size={16} />{t('importFile')}
                  <input type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" className="sr-only" onChange={(e) => { void choose(e.target.files?.[0]); e.target.value = '' }} />
                </label>
                <Button kind="quiet" icon={<Download aria-hidden size={16} />} onClick={() => offerText('visits.csv', `\uFEFF${example}`, 'text/csv')}>{t('importExample')}</Button>
              </div>
              <TextArea
                label={t('importPaste')} hint={t('importPasteHint')} rows={8} value={text} spellCheck={false} className="font-mono text-13!"
                onChange={(e) => setText(e.target.value)}
              />
              {wrong && <p role="alert" className="words text-13 text-bad">{wrong}</p>}
              <div className="flex justify-end"><Button kind="primary" type="submit" disabled={busy || !text.trim()}>{busy ? t('importReading') : t('importRead')}</Button></div>
            </Form>
          )}
      </div>
    </div>
  )
}
