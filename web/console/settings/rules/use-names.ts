import { useMemo } from 'react'
import { useInboxes, useLocations, usePeople, useVisitorTypes } from '../../live/queries.ts'
import { t } from '../../words.ts'
import type { NameOf } from './sentence.ts'

/** Names of everything that a rule may name. */
export function useNames(): NameOf {
  const { users, teams } = usePeople()
  const inboxes = useInboxes(), locations = useLocations(), types = useVisitorTypes()
  return useMemo(() => {
    const names = new Map([...users, ...teams, ...inboxes, ...locations, ...types].map((one) => [one.id, one.name]))
    return (id) => names.get(id) ?? t('somebody')
  }, [users, teams, inboxes, locations, types])
}
