/** @jsxImportSource preact */
import { render } from 'preact'
import { useState } from 'preact/hooks'
import { demoDrills, isRunning, type DemoDrill } from '#contract/demo-drills.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { drills, follow, latestOf, press, runningOf } from './news.ts'
import { ConsoleFrame, GuestFrame, guestConversation } from './frames.tsx'
import { Seen } from './seen.tsx'
import { seconds, spoken, t } from './words.ts'
import './drills.css'

const panes = ['seen', 'guest', 'console'] as const
type Pane = (typeof panes)[number]

function Drills() {
  const { line } = useStore(drills)
  const [pane, setPane] = useState<Pane>('seen')
  if (line === 'stranger') return <main class="stranger"><h1>{t('title')}</h1><p>{t('stranger')}</p><a href="/sign-in?next=/inbox">{t('signIn')}</a></main>
  return (
    <main data-pane={pane}>
      <header><h1>{t('title')}</h1><p>{t('intro')}</p></header>
      <ul class="cards">{demoDrills.map((drill) => <Card key={drill} drill={drill} />)}</ul>
      <Seen />
      <section class="frame guest" aria-label={t('guest')}><h2>{t('guest')}</h2><GuestFrame /></section>
      <section class="frame console" aria-label={t('console')}><h2>{t('console')}</h2><ConsoleFrame /></section>
      {/* On a phone there is room for one at a time. */}
      <nav>{panes.map((name) => <button key={name} type="button" aria-pressed={pane === name} onClick={() => { setPane(name); scrollTo({ top: 0 }) }}>{t(name === 'seen' ? 'title' : name)}</button>)}</nav>
    </main>
  )
}

function Card({ drill }: { drill: DemoDrill }) {
  const state = useStore(drills)
  const { news, pressed, line } = state
  const run = news?.runs.find((r) => r.drill === drill)
  const isOn = pressed === drill || run !== undefined && isRunning(run)
  const isMissing = news?.missing.includes(drill) ?? false
  const isBusy = news === undefined || pressed !== undefined || runningOf(state) !== undefined || line === 'lost'
  const result = run?.verdict
  return (
    <li data-on={isOn} data-latest={latestOf(state)?.drill === drill}>
      <button type="button" disabled={isBusy || isMissing} onClick={() => { void press(drill, guestConversation()) }}>{t(drill)}</button>
      <p>{t(isMissing ? 'notHere' : `${drill}Does`)}</p>
      <p><b>{t('happened')}</b> {t(`${drill}Then`)}</p>
      <p><b>{t('watch')}</b> {t(`${drill}Watch`)}</p>
      {/* Always there, or the screens below would move under the pointer. */}
      <p class="result">{isOn ? `${t('running')} …` : result ? `${result.tookMs === null ? '–' : seconds(result.tookMs)} · ${result.lost === 0 ? t('nothingLost') : t('somethingLost', { n: result.lost })}` : '\u00a0'}</p>
    </li>
  )
}

Object.assign(document.documentElement, { lang: spoken.language, dir: spoken.direction })
render(<Drills />, document.getElementById('drills')!)
void follow()
