import { Clock3, Lightbulb } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { acceptRun, dismissRun, stopRun, type Run, type RunsView } from '#contract/rules.ts'
import { Button } from '#web/ui/button.tsx'
import { control } from '#web/ui/field.tsx'
import { useLive } from '../live/live-context.ts'
import { createStore, useStore } from '../live/store.ts'
import { went } from '../settings/page.tsx'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'

/** What is made of a suggestion, by run, until it is settled: it outlives a refusal, and a look into another conversation. */
const edited = createStore<ReadonlyMap<string, string>>(new Map())
const edit = (run: string, text: string | undefined): void => {
  edited.set(new Map([...[...edited.get()].filter(([id]) => id !== run), ...(text === undefined ? [] : [[run, text] as const])]))
}

/** Above the composer: what rules wait for here, do, or suggest. */
export function RuleStrip({ id }: { id: string }) {
  const { lodge } = useLive()
  const [runs, setRuns] = useState<readonly Run[]>([])
  const [settled, setSettled] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => lodge.watch(`runs:${id}`, (body) => setRuns((body as RunsView).runs)), [lodge, id])
  const texts = useStore(edited)
  const open = runs.filter((run) => !settled.has(run.id))
  if (open.length === 0) return null
  /** Gone at once; it comes back when it was refused. */
  const settle = (run: string, done: Promise<boolean>): void => {
    setSettled((before) => new Set(before).add(run))
    void done.then((ok) => {
      if (ok) edit(run, undefined)
      else setSettled((before) => new Set([...before].filter((one) => one !== run)))
    })
  }
  return (
    <section aria-label={t('ruleStrip')} className="mx-auto flex max-h-[40vh] w-full max-w-[752px] shrink-0 flex-col gap-1.5 overflow-y-auto px-4 pb-1.5 max-md:px-2">
      {open.map((run) => run.state === 'suggested'
        ? (
          <Suggestion
            key={run.id} run={run} text={texts.get(run.id)} onEdit={(text) => edit(run.id, text)}
            onAccept={(text) => settle(run.id, lodge.call(acceptRun, { params: { run: run.id }, body: text === undefined ? {} : { text } }).then((o) => went(o)))}
            onDismiss={() => settle(run.id, lodge.call(dismissRun, { params: { run: run.id } }).then((o) => went(o)))}
          />
        )
        : <Waiting key={run.id} run={run} onStop={() => settle(run.id, lodge.call(stopRun, { params: { run: run.id } }).then((o) => went(o, t('didStopRule'))))} />)}
    </section>
  )
}

function Waiting({ run, onStop }: { run: Run; onStop: () => void }) {
  const now = useNow()
  return (
    <div className="flex items-center gap-2 rounded-card border border-line bg-raised py-1 ps-3 pe-1 text-13">
      <Clock3 aria-hidden size={14} className="shrink-0 text-muted" />
      <p className="min-w-0 flex-1 truncate" dir="auto">
        {run.state === 'running' || Date.parse(run.dueAt) <= now ? t('ruleRuns', { name: run.ruleName }) : t('ruleWaits', { name: run.ruleName, when: moment(run.dueAt, now) })}
      </p>
      <Button kind="quiet" className="h-7" aria-label={t('ruleStopNamed', { name: run.ruleName })} onClick={onStop}>{t('ruleStop')}</Button>
    </div>
  )
}

interface SuggestionProps { run: Run; text: string | undefined; onEdit: (text: string) => void; onAccept: (text?: string) => void; onDismiss: () => void }

function Suggestion({ run, text, onEdit, onAccept, onDismiss }: SuggestionProps) {
  const said = run.steps.find((step) => step.do === 'message')?.text ?? null
  const others = run.steps.filter((step) => step.do !== 'message')
  const box = useRef<HTMLTextAreaElement>(null)
  const begins = useRef(false)
  // Once, and not when it comes back after a refusal: whoever writes below goes on writing there.
  useEffect(() => {
    if (begins.current) box.current?.focus()
    begins.current = false
  }, [text])
  return (
    <div className="rise flex flex-col gap-2 rounded-card border border-accent/50 bg-note p-3 text-14">
      <p className="flex items-center gap-1.5 text-12 text-ink"><Lightbulb aria-hidden size={14} className="shrink-0" /><bdi>{t('ruleSuggests', { name: run.ruleName })}</bdi></p>
      {text === undefined
        ? said !== null && <p className="words along" dir="auto">{said}</p>
        : (
          <textarea
            ref={box} aria-label={t('ruleSuggestText')} dir="auto" rows={3} value={text} maxLength={4000} className={`${control} field-sizing-content max-h-[24vh]`}
            onChange={(e) => onEdit(e.target.value)}
          />
        )}
      {others.length > 0 && <p className="text-12 text-ink">{others.map((step) => step.do === 'label' && step.text !== null ? t('ruleSuggestLabels', { what: step.text }) : t(`action_${step.do}`)).join(' · ')}</p>}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" disabled={text?.trim() === ''} onClick={() => onAccept(text?.trim())}>{said === null ? t('ruleSuggestDo') : t('ruleSuggestSend')}</Button>
        {said !== null && text === undefined && <Button onClick={() => { begins.current = true; onEdit(said) }}>{t('ruleSuggestEdit')}</Button>}
        <Button kind="quiet" onClick={onDismiss}>{t('ruleSuggestDismiss')}</Button>
      </div>
    </div>
  )
}
