/** @jsxImportSource preact */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useStore } from '#web/ui/preact-store.ts'
import { hasCamera } from './camera/camera.ts'
import type { Flow, Place } from './flow/flow.ts'
import { useStillness } from './flow/stillness.ts'
import { HouseOf } from './frame.tsx'
import type { Kiosk } from './kiosk.ts'
import { Lazy } from './lazy.tsx'
import { Already, Done, Failed, Left, Reception, Saving, Waiting } from './screens/endings.tsx'
import { Broken, Fetching, Pairing } from './screens/pairing.tsx'
import { CompanyQuestion, ConfirmQuestion, EmailQuestion, FieldQuestion, HostQuestion, NameQuestion, RememberQuestion, TypeQuestion, Unknown, UnknownHost } from './screens/questions.tsx'
import { Start } from './screens/start.tsx'
import { StillThere } from './screens/still.tsx'
import { useSpoken, WordsOf } from './words.ts'

const screens: Partial<Record<Place, ComponentType>> = {
  name: NameQuestion, email: EmailQuestion, company: CompanyQuestion, confirm: ConfirmQuestion, type: TypeQuestion, host: HostQuestion, remember: RememberQuestion,
  unknown: Unknown, unknownHost: UnknownHost, saving: Saving, done: Done, left: Left, already: Already, waiting: Waiting, reception: Reception, failed: Failed,
}
/** What a start screen does not need. */
export const later = {
  document: async () => (await import('./screens/document.tsx')).DocumentQuestion,
  photo: async () => (await import('./screens/photo.tsx')).PhotoQuestion,
  scan: async () => (await import('./screens/scan.tsx')).ScanQuestion,
}

/** @param spoken told which language the visitor reads */
export function App({ kiosk, flow, spoken }: { kiosk: Kiosk; flow: Flow; spoken: (language: string) => void }) {
  const { phase, snapshot } = useStore(kiosk.state)
  const { place } = useStore(flow.journey)
  const languages = snapshot?.location.languages
  const home = languages?.[0] ?? navigator.language.slice(0, 2)
  const [wanted, setWanted] = useState<string>()
  const [isContrast, setContrast] = useState(false)
  const [isPairing, setPairing] = useState(false)
  const [camera, setCamera] = useState(false)
  const words = useSpoken(wanted ?? home, snapshot?.location.zone)

  useEffect(() => spoken(words.language), [words.language, spoken])
  useEffect(() => { document.documentElement.toggleAttribute('data-contrast', isContrast) }, [isContrast])
  useEffect(() => {
    const look = (): void => void hasCamera().then(setCamera)
    look()
    navigator.mediaDevices?.addEventListener('devicechange', look)
    return () => navigator.mediaDevices?.removeEventListener('devicechange', look)
  }, [])

  const reset = (): void => {
    setWanted(undefined)
    setContrast(false)
    setPairing(false)
    flow.reset()
  }
  const [left, stay] = useStillness(place, reset)
  // The next visitor is not the last one's compatriot.
  useEffect(() => flow.onReset(() => {
    setWanted(undefined)
    setContrast(false)
  }), [flow])

  const house = { kiosk, flow, languages: languages ?? [], speak: setWanted, isContrast, setContrast, hasCamera: camera }
  return (
    <WordsOf value={words}>
      <HouseOf value={house}>
        {phase === 'broken' ? <Broken />
          : phase === 'pairing' ? <Pairing />
            : isPairing ? <Pairing done={() => setPairing(false)} leave={() => setPairing(false)} />
              : phase !== 'ready' || !snapshot ? <Fetching />
                : place === 'start' ? <Start pairAgain={() => setPairing(true)} />
                  : <Question place={place} />}
        {left !== undefined && <StillThere left={left} stay={stay} />}
      </HouseOf>
    </WordsOf>
  )
}

function Question({ place }: { place: Place }) {
  if (place.startsWith('field:')) return <FieldQuestion key={place} field={place.slice('field:'.length)} />
  if (place in later) return <Lazy key={place} load={later[place as keyof typeof later]} />
  const Shown = screens[place]
  return Shown ? <Shown key={place} /> : null
}
