import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { round, type Experiment } from '../run.ts'

/** What can be seen of a change to this code where the machine's other users hide it in `messages-end-to-end`. No bar: it explains. */
export const messagePath: Experiment = {
  ids: ['message-path'],
  async run(lab) {
    lab.tell('the server’s own code for a message')
    // As the server runs while much comes in: the little growth that `npm start` grants the heap, it takes back then (server/jobs/heap.ts).
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-semi-space-size=16', '--no-allocation-site-pretenuring', join(import.meta.dirname, '../message-path.ts')])
    const costsUs = (JSON.parse(stdout) as number[]).sort((a, b) => a - b)
    const at = (part: number): number => round(costsUs[Math.floor(costsUs.length * part)]!, 1)
    // The tenth that went best: what others do to this machine only adds to it.
    return [{ id: 'message-path', what: 'processor time of the server’s own code for a message, without sockets and journal; the tenth of the rounds that went best, and the middle', value: at(0.1), range: [at(0), at(0.5)], unit: 'µs' }]
  },
}
