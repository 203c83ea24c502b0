import { getSnapshot, type Snapshot } from '#contract/kiosks.ts'
import type { Ask } from '../ask.ts'

/** Undefined when the server did not answer with a list. */
export async function fetchSnapshot(ask: Ask, heard: (news: 'reached' | 'unreached' | 'unpaired') => void): Promise<Snapshot | undefined> {
  const { status, body } = await ask('GET', getSnapshot.path)
  heard(status === 401 ? 'unpaired' : status === 200 ? 'reached' : 'unreached')
  const snapshot = (body ?? {}) as Partial<Snapshot>
  return status === 200 && Array.isArray(snapshot.visits) && snapshot.location && snapshot.asOf ? snapshot as Snapshot : undefined
}
