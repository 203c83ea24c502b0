import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { getOperations, type OperationsBoard } from '#contract/operations.ts'
import { useLive } from '../live/live-context.ts'
import { ask, Failed } from '../live/queries.ts'

/** Read once, then pushed. What was said last stays while the line is cut. */
export function useOperations(): { board: OperationsBoard | undefined; isForbidden: boolean; hasFailed: boolean; again: () => void } {
  const { lodge } = useLive()
  const query = useQuery({ queryKey: ['operations'], queryFn: async () => ask(lodge.call, getOperations, {}), retry: false, gcTime: 0 })
  const [pushed, setPushed] = useState<OperationsBoard>()
  const isIn = query.isSuccess
  useEffect(() => isIn ? lodge.watch('operations', (body) => setPushed(body as OperationsBoard)) : undefined, [lodge, isIn])
  return { board: pushed ?? query.data, isForbidden: query.error instanceof Failed && query.error.code === 'forbidden', hasFailed: query.isError, again: () => void query.refetch() }
}
