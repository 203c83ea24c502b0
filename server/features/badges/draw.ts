/** Runs in the easel's thread. */
import { parentPort } from 'node:worker_threads'
import type { Drawn, Order } from './easel.ts'
import { drawBadge } from './paper.ts'

const tell = (drawn: Drawn): void => { parentPort?.postMessage(drawn) }
parentPort?.on('message', ({ n, of, size, language }: Order) => {
  // A row's bytes come through as bare bytes.
  drawBadge({ ...of, photo: of.photo && Buffer.from(of.photo) }, size, language).then((pdf) => tell({ n, pdf }), (error: unknown) => tell({ n, why: String(error) }))
})
