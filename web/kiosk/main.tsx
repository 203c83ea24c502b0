/** @jsxImportSource preact */
import { render } from 'preact'
import { keepStorage, keepUpToDate } from '#web/shell-upkeep.ts'
import '#web/ui/tokens.css'
import './kiosk.css'
import { App, later } from './app.tsx'
import { startFlow } from './flow/flow.ts'
import { startKiosk } from './kiosk.ts'
import { speechOf } from './words.ts'

let language = 'en'
const kiosk = startKiosk()
const flow = startFlow(kiosk, () => language)
render(<App kiosk={kiosk} flow={flow} spoken={(spoken) => { language = spoken }} />, document.getElementById('kiosk')!)
keepStorage()
keepUpToDate({ name: 'kiosk', wanted: () => kiosk.state.now.build, isIdle: () => flow.journey.now.place === 'start' })

/** All that a visitor may need is brought while the line is good. */
const stop = kiosk.state.follow(() => {
  const { snapshot, phase } = kiosk.state.now
  if (!snapshot || phase !== 'ready') return
  stop()
  setTimeout(() => {
    const parts = [import('./snapshot/watch.ts'), ...snapshot.location.languages.map(speechOf), ...Object.values(later).map(async (load) => load())]
    void Promise.allSettled(parts)
  }, 1000)
})
