/** The carrier in a process of its own: for tests that ask what is left when one side dies. */
import { forkCarrier, type CarrierProcess } from '#demo/carrier-process.ts'

export const startSmppPeer = ({ seed = 1 } = {}): Promise<CarrierProcess> => forkCarrier({ systemId: 'lantern', password: 'sesame', seed, retryMs: 2_000 })
