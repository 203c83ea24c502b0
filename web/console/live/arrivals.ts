import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { Visit } from '#contract/visits.ts'
import { t } from '../words.ts'
import { announce } from './announce.ts'
import { useLive } from './live-context.ts'
import { hostsQuery } from './queries.ts'
import { useSelected } from './store.ts'

/** Those who stand somewhere and wait for an answer. */
export function useWaitingVisitors(): number {
  const { visits } = useLive()
  return useSelected(visits.store, (all) => {
    let n = 0
    for (const { status } of all.values()) if (status === 'waiting') n++
    return n
  })
}

/** My visitor is here, or the visitor of somebody who named me as a delegate. */
export function useArrivals(): void {
  const { lodge, visits, queries, session } = useLive()
  const navigate = useNavigate()
  const told = useRef(new Set<string>())
  const arrive = useEffectEvent((visit: Visit, type: string) => {
    const me = session.user.id
    const host = queries.getQueryData(hostsQuery(lodge.call).queryKey)?.find((h) => h.id === visit.host)
    const key = `${type} ${visit.id}`
    if (!visit.host || (visit.host !== me && !host?.delegates.includes(me)) || told.current.has(key)) return
    if (visit.status !== (type === 'visit.waiting' ? 'waiting' : 'checked_in')) return
    told.current.add(key)
    const open = (): void => void navigate({ to: '/visits/$visit', params: { visit: visit.id }, search: { location: visit.location } })
    const { name } = visit
    const text = type === 'visit.waiting' ? t('visitorWaits', { name })
      : visit.host === me ? t('visitorHere', { name }) : t('visitorHereFor', { name, host: host?.name ?? '' })
    announce(text, { tag: visit.id, open })
  })
  useEffect(() => {
    void queries.prefetchQuery(hostsQuery(lodge.call))
    return visits.onNews((visit, type) => arrive(visit, type))
  }, [visits, queries, lodge])
}
