import { useMemo } from 'react'
import { useHosts, usePeople } from '../live/queries.ts'

/** Names of hosts, of those too who no longer work here. */
export function useNames(): ReadonlyMap<string, string> {
  const hosts = useHosts()
  const { users } = usePeople()
  return useMemo(() => new Map([...users, ...hosts].map(({ id, name }) => [id, name])), [users, hosts])
}
