/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks'
import { isRunning, type DrillRun, type Sighting } from '#contract/demo-drills.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { drills, latestOf } from './news.ts'
import { seconds, t } from './words.ts'

/** The clock, what was seen and when, and how it ended. */
export function Seen() {
  const state = useStore(drills)
  const { line, pressed, problem } = state
  const run = pressed ? undefined : latestOf(state)
  return (
    <section class="seen" aria-label={t('seen')}>
      <h2>{t('seen')}</h2>
      {line === 'lost' && <output class="strip">{t('lost')}</output>}
      {problem !== undefined && <p class="strip bad">{t('problem', { why: problem })}</p>}
      {run ? <Run run={run} /> : <p class="quiet">{t(pressed ? 'comingIn' : 'nothingYet')}</p>}
    </section>
  )
}

function Run({ run }: { run: DrillRun }) {
  const { drill, faultAtMs, sightings, verdict, failed } = run
  return (
    <>
      <h3>{t(drill)}</h3>
      {faultAtMs === undefined ? failed === undefined && <p class="quiet">{t('comingIn')}</p> : <p class="clock"><Clock run={run} />{verdict && verdict.tookMs !== null && <small>{t('took')}</small>}</p>}
      {failed !== undefined && <p class="strip bad">{t('failed', { why: failed })}</p>}
      {verdict?.tookMs === null && <p class="strip bad">{t('notBack')}</p>}
      <output>
        {verdict && (
          <>
            <strong class={verdict.lost > 0 ? 'bad' : 'good'}><Mark isGood={verdict.lost === 0} />{verdict.lost > 0 ? t('somethingLost', { n: verdict.lost }) : t('nothingLost')}</strong>
            <span>
              {t('counted', { sent: verdict.sent, stored: verdict.stored })}{' '}
              {verdict.doubled + verdict.disordered > 0 ? t('notOnce', { doubled: verdict.doubled, disordered: verdict.disordered }) : t('once')}{' '}
              {t('slowest', { time: seconds(verdict.slowestMs) })}
            </span>
          </>
        )}
      </output>
      <ol aria-live="polite">{sightings.map((one) => <li key={one.what}><time>{seconds(one.atMs)}</time><span>{sentence(one)}{one.text !== undefined && <small dir="auto">{one.text}</small>}</span></li>)}</ol>
    </>
  )
}
const sentence = ({ what, n = 0 }: Sighting): string => t(what, { n })

/** It goes on while the server cannot say anything. */
function Clock({ run: { faultAtMs = 0, verdict, ...run } }: { run: DrillRun }) {
  const [nowMs, setNowMs] = useState(faultAtMs)
  const isOn = isRunning({ ...run, ...(verdict && { verdict }) })
  useEffect(() => {
    if (!isOn) return
    const timer = setInterval(() => { setNowMs(Date.now()) }, 100)
    return () => { clearInterval(timer) }
  }, [isOn])
  return <time role="timer">{seconds(verdict ? verdict.tookMs ?? 0 : Math.max(0, nowMs - faultAtMs))}</time>
}

const Mark = ({ isGood }: { isGood: boolean }) => (
  <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d={isGood ? 'm5 12.500 4.500 4.500L19 7.500' : 'M12 6v8m0 3.500v.5'} fill="none" stroke="currentColor" stroke-width="2.500" stroke-linecap="round" stroke-linejoin="round" /></svg>
)
