/** @jsxImportSource preact */
import { render } from 'preact'
import { keepStorage, keepUpToDate } from '#web/shell-upkeep.ts'
import '#web/ui/tokens.css'
import './panel.css'
import { App } from './app.tsx'
import { startPanel } from './panel.ts'

const panel = startPanel()
render(<App panel={panel} />, document.getElementById('panel')!)
keepStorage()
keepUpToDate({ name: 'panel', wanted: () => panel.now.now.told?.state.build, isIdle: () => !panel.now.now.isBusy })
// What is shown comes first; that it is shown sooner, after it.
void import('./news.ts').then(({ followNews }) => followNews(panel), () => {})
