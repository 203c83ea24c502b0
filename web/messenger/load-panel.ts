import type * as Panel from './panel.tsx'

export type PanelModule = typeof Panel

/** The build writes the panel's file name here. In a variable, since Vite takes `new URL(…, import.meta.url)` for an asset to be found at build time. */
const file = '__PANEL__'
const here = import.meta.url
let module: Promise<PanelModule> | undefined

/** `attempt` counts from 0: some browsers remember a failed import() by its address, so a second attempt uses another one. */
export async function loadPanel(attempt: number): Promise<PanelModule> {
  module ??= attempt === 0 ? import('./panel.tsx') : import(/* @vite-ignore */ new URL(`./${file}?again=${attempt}`, here).href) as Promise<PanelModule>
  module.catch(() => { module = undefined })
  return module
}
