/** For whom something is done, so that what it takes counts against that account and nobody else's. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** An account; `public` for callers who have not said who they are; undefined for the house itself. */
export type Owner = string | undefined

const owners = new AsyncLocalStorage<Owner>()

export const onBehalfOf = <T>(owner: string, fn: () => T): T => owners.run(owner, fn)
/** Shared work is nobody's: who happened to wake it must neither pay for it nor hold it up. */
export const ofTheHouse = <T>(fn: () => T): T => owners.exit(fn)
export const owner = (): Owner => owners.getStore()
