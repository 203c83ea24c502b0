/** What came of a request that carried operations. Only an answer that is Lodge's and names an operation counts for it. */
import type { OperationResult } from '#contract/kiosks.ts'
import type { Answer } from '../ask.ts'

export type Outcome =
  | { is: 'answered'; results: OperationResult[] }
  | { is: 'refused' | 'large' | 'unpaired' }
  | { is: 'failed'; retryAfterMs: number | undefined }

const states: readonly unknown[] = ['applied', 'held', 'quarantined', 'kept'] satisfies OperationResult['state'][]

export function outcomeOf({ status, body, retryAfterMs }: Answer, sent: readonly { id: string; seq: number }[]): Outcome {
  if (status === 200) {
    const { lodge, results } = (body ?? {}) as { lodge?: unknown; results?: unknown }
    // A hotel's sign-in page answers 200 as well.
    if (lodge !== 'operations' || !Array.isArray(results)) return { is: 'failed', retryAfterMs }
    const seqs = new Map(sent.map(({ id, seq }) => [id, seq]))
    return { is: 'answered', results: (results as Partial<OperationResult>[]).flatMap((result) => {
      const seq = seqs.get(result?.id ?? '')
      return seq === undefined || !states.includes(result.state) ? [] : [{ id: result.id!, seq, state: result.state!, reason: result.reason ?? null }]
    }) }
  }
  if (status === 401) return { is: 'unpaired' }
  if (status === 413) return { is: 'large' }
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { is: 'refused' }
  return { is: 'failed', retryAfterMs }
}
