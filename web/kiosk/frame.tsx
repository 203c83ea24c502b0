/** @jsxImportSource preact */
/** What stands around every screen: back and progress at their place, language and contrast within reach. */
import { createContext, type ComponentChildren } from 'preact'
import { useContext, useLayoutEffect, useRef } from 'preact/hooks'
import { nameOf } from '#web/ui/place-words.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { isEnd, type Flow, type Place } from './flow/flow.ts'
import { stepsOf, type Step } from './flow/steps.ts'
import { ArrowBack, Contrast, Globe } from './icons.tsx'
import type { Kiosk } from './kiosk.ts'
import { useWords } from './words.ts'

export interface House {
  readonly kiosk: Kiosk
  readonly flow: Flow
  readonly languages: readonly string[]
  speak(language: string): void
  readonly isContrast: boolean
  setContrast(is: boolean): void
  readonly hasCamera: boolean
}
const context = createContext<House | undefined>(undefined)
export const HouseOf = context.Provider
export const useHouse = (): House => useContext(context)!

interface Props {
  name: string
  title: string
  /** What the heading is for the screen: the label of its only field. */
  labels?: string
  /** Where the focus goes; the heading, if nowhere. */
  focus?: 'field'
  wide?: boolean
  bar?: ComponentChildren
  above?: ComponentChildren
  children?: ComponentChildren
}

export function Screen({ name, title, labels, focus, wide, bar, above, children }: Props) {
  const mainRef = useRef<HTMLElement>(null)
  // Before it is painted: who types at once, as scanners do, must not type into nothing.
  useLayoutEffect(() => {
    const field = focus && mainRef.current?.querySelector<HTMLElement>('input')
    ;(field || mainRef.current?.querySelector('h1'))?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [name, focus])
  const heading = labels ? <label for={labels}>{title}</label> : title
  return (
    <div class="screen" data-screen={name}>
      {bar ?? <Bar />}
      <main ref={mainRef} class={wide ? 'wide' : undefined}>
        {above}
        <h1 tabIndex={-1}>{heading}</h1>
        {children}
      </main>
    </div>
  )
}

export function ContrastButton() {
  const { t } = useWords()
  const { isContrast, setContrast } = useHouse()
  return <button type="button" class="quiet square" aria-label={t('contrast')} title={t('contrast')} aria-pressed={isContrast} onClick={() => setContrast(!isContrast)}><Contrast /></button>
}

export function LanguageChoice() {
  const { t, language } = useWords()
  const { languages, speak } = useHouse()
  if (languages.length < 2) return null
  return (
    <label class="languages"><Globe /><span class="unseen">{t('language')}</span>
      <select value={language} onChange={(event) => speak(event.currentTarget.value)}>
        {languages.map((l) => <option key={l} value={l} lang={l}>{nameOf(l)}</option>)}
      </select>
    </label>
  )
}

function Bar() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { past, place } = useStore(flow.journey)
  return (
    <header class="bar">
      <div class="slot">
        {past.length > 0 && !isEnd(place) && <button type="button" class="quiet" data-home onClick={flow.back}><ArrowBack /><span>{t('back')}</span></button>}
      </div>
      <Dots />
      <div class="slot end">
        <LanguageChoice />
        <ContrastButton />
      </div>
    </header>
  )
}

const stands: Partial<Record<Place, Step>> = { scan: 'name', email: 'name', unknown: 'name', unknownHost: 'host' }
function Dots() {
  const { t } = useWords()
  const { flow, kiosk } = useHouse()
  const { place, draft } = useStore(flow.journey)
  const { snapshot } = kiosk.state.now
  if (!snapshot || isEnd(place)) return <div />
  const steps = stepsOf(draft, snapshot)
  const at = Math.max(0, steps.indexOf(stands[place] ?? place as Step))
  return (
    <div class="dots">
      <span class="unseen">{t('progress', { step: at + 1, steps: steps.length })}</span>
      {steps.map((step, i) => <i key={step} aria-hidden="true" data-is={i < at ? 'done' : i === at ? 'now' : 'next'} />)}
    </div>
  )
}
