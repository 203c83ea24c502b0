import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Lab } from '../lab.ts'
import { engineFlags } from '#tools/replay/own-server.ts'
import { round, type Experiment, type Row } from '../run.ts'

/** The code that is ours on a message's way, by itself: here a change to it is seen that the machine's other users hide in `messages-end-to-end`. No bar: it explains. */
export const paths: Experiment = {
  ids: ['message-path', 'sdk-path'],
  async run(lab) {
    return [
      // As the server runs while much comes in: the little growth that `npm start` grants the heap, it takes back then (server/jobs/heap.ts).
      await measured(lab, 'message-path', 'the server’s own code for a message, without sockets and journal', engineFlags.filter((flag) => !/^--(?:heap-growing-percent|import)=/.test(flag))),
      await measured(lab, 'sdk-path', 'the SDK’s own code for a message, of both sides, with a server that is a stand-in', []),
    ]
  },
}

async function measured(lab: Lab, id: string, what: string, flags: readonly string[]): Promise<Row> {
  lab.tell(what)
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, join(import.meta.dirname, `../${id}.ts`)])
  const costsUs = (JSON.parse(stdout) as number[]).sort((a, b) => a - b)
  const at = (part: number): number => round(costsUs[Math.floor(costsUs.length * part)]!, 1)
  // The tenth that went best: what others do to this machine only adds to it.
  return { id, what: `processor time of ${what}; the tenth of the rounds that went best, and the middle`, value: at(0.1), range: [at(0), at(0.5)], unit: 'µs' }
}
