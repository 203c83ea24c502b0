import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getConversationReport, type ConversationReport } from '#contract/reports.ts'
import { useLive } from '../live/live-context.ts'
import { Failed } from '../live/queries.ts'

export interface Asked { from: string; to: string; zone: string; inbox?: string; channel?: string; agent?: string }

/** A long report takes its time, and waits for others. */
const deadlineMs = 65_000
const againMs = 60_000

/** Read again each minute while today is part of it. */
export function useReport(asked: Asked, today: string) {
  const { lodge } = useLive()
  return useQuery<ConversationReport, Error>({
    queryKey: ['report', asked], placeholderData: keepPreviousData, staleTime: againMs, refetchInterval: asked.to >= today ? againMs : false,
    queryFn: async ({ signal }) => {
      const outcome = await lodge.call(getConversationReport, { query: asked }, { timeoutMs: deadlineMs, signal })
      if (outcome.ok) return outcome.value
      throw new Failed(outcome.code, outcome.message)
    },
  })
}
