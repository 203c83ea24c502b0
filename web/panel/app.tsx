/** @jsxImportSource preact */
import { useEffect, useMemo, useState } from 'preact/hooks'
import { choose } from '#web/ui/catalogue.ts'
import { nameOf } from '#web/ui/place-words.ts'
import { useStore } from '#web/ui/preact-store.ts'
import { en } from './catalogues/en.ts'
import { Door } from './door.tsx'
import { wantedLanguage, wantLanguage } from './kept.ts'
import { Fetching, Pairing } from './pairing.tsx'
import type { Panel } from './panel.ts'
import { languages, speechOf, WordsOf, wordsOf, type Speech } from './words.ts'

const spoken = languages.map((language) => ({ language })) as [{ language: string }, ...{ language: string }[]]

export function App({ panel }: { panel: Panel }) {
  const { phase, told } = useStore(panel.now)
  const [language, setLanguage] = useState(() => wantedLanguage() ?? choose(spoken, navigator.languages).language)
  const [speech, setSpeech] = useState<Speech>(en)
  const zone = told?.state.zone
  const words = useMemo(() => wordsOf(speech, zone), [speech, zone])
  useEffect(() => {
    let isLatest = true
    void speechOf(language).then((found) => { if (isLatest && found) setSpeech(found) })
    return () => { isLatest = false }
  }, [language])
  useEffect(() => { Object.assign(document.documentElement, { lang: speech.language, dir: speech.direction }) }, [speech])
  const speak = (next: string): void => {
    wantLanguage(next)
    setLanguage(next)
  }
  const choice = (
    <select class="languages" aria-label={words.t('language')} value={language} onChange={(e) => speak(e.currentTarget.value)}>
      {languages.map((l) => <option key={l} value={l} lang={l}>{nameOf(l)}</option>)}
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
