/** @jsxImportSource preact */
import { useState } from 'preact/hooks'
import { kioskLanguages } from '#contract/places.ts'
import { choose } from '#web/ui/catalogue.ts'
import { nameOf } from '#web/ui/place-words.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { Door } from './door.tsx'
import { wantedLanguage, wantLanguage } from './kept.ts'
import { Fetching, Pairing } from './pairing.tsx'
import type { Panel } from './panel.ts'
import { useSpoken, WordsOf } from './words.ts'

const spoken = kioskLanguages.map((language) => ({ language })) as [{ language: string }, ...{ language: string }[]]

export function App({ panel }: { panel: Panel }) {
  const { phase, told } = useStore(panel.now)
  const [language, setLanguage] = useState(() => wantedLanguage() ?? choose(spoken, navigator.languages).language)
  const words = useSpoken(language, told?.state.zone)
  const speak = (next: string): void => {
    wantLanguage(next)
    setLanguage(next)
  }
  const choice = (
    <select class="languages" aria-label={words.t('language')} value={language} onChange={(e) => speak(e.currentTarget.value)}>
      {kioskLanguages.map((l) => <option key={l} value={l} lang={l}>{nameOf(l)}</option>)}
    </select>
  )
  return (
    <WordsOf value={words}>
      {phase === 'pairing' ? <Pairing panel={panel}>{choice}</Pairing>
        : phase === 'fetching' || !told ? <Fetching />
          : <Door panel={panel} told={told}>{choice}</Door>}
    </WordsOf>
  )
}
