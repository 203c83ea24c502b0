import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useEffect } from 'react'
import { getStatus, type StatusBoard } from '#contract/status-endpoints.ts'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'

/** Read again whenever a banner changes and every few seconds, since the command line and watchdogs write as well; every second while a reply is on its way. */
export function useStatusBoard(): UseQueryResult<StatusBoard> & { again: () => void } {
  const { lodge, queries } = useLive()
  const query = useQuery({
    queryKey: ['status'], queryFn: async () => ask(lodge.call, getStatus, {}), staleTime: 0,
    refetchInterval: ({ state }) => state.data?.replies.some((r) => r.endedAt === null) ? 700 : 5_000,
  })
  const again = (): void => void queries.invalidateQueries({ queryKey: ['status'] })
  useEffect(() => lodge.watch('status:managers', () => void queries.invalidateQueries({ queryKey: ['status'] })), [lodge, queries])
  return { ...query, again }
}
