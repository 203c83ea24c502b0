import './console.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { TooltipProvider } from '#web/ui/tooltip.tsx'
import { dress } from './kept/preferences.ts'
import { Away } from './live/tab.ts'
import { installWorker } from './live/upkeep.ts'
import { router } from './routes.tsx'
import { direction, language } from './words.ts'

dress()
document.documentElement.lang = language
document.documentElement.dir = direction
// A visitor’s phone opens one page, once or twice: it need not keep the whole console.
if (!location.pathname.startsWith('/invited/')) installWorker()

// A notice of the worker was clicked.
if ('serviceWorker' in navigator) navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ show?: string }>) => { if (data.show?.startsWith('/')) void router.navigate({ href: data.show }) })

const place = document.getElementById('lodge')
// That the server is away is said on the screen, and no error of the page.
const onCaughtError = (error: unknown): void => { if (!(error instanceof Away)) reportError(error) }
if (place) createRoot(place, { onCaughtError }).render(<StrictMode><TooltipProvider><RouterProvider router={router} /></TooltipProvider></StrictMode>)
