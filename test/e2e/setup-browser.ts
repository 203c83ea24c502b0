/** Unpacks the browser once, before two files look for it at the same time and one starts what the other has half written; and builds the screens. */
import { findChromium } from './browser.ts'
import { builtScreens } from './screens.ts'

export default async function setup(): Promise<void> {
  builtScreens()
  await findChromium()
}
