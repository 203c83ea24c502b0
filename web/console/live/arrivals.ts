import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { Visit } from '#contract/visits.ts'
import { preferences } from '../kept/preferences.ts'
import { tell } from '../shell/notices.ts'
import { t } from '../words.ts'
import { chime } from './attention.ts'
import { useLive } from './live-context.ts'
import { hostsQuery } from './queries.ts'
import { useSelected } from './store.ts'

const staysMs = 30_000

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
    tell(text, { action: { label: t('open'), run: open }, staysMs })
    const { sound, notifications } = preferences.get()
    if (sound) chime()
    if (notifications && !document.hasFocus() && 'Notification' in globalThis && Notification.permission === 'granted') {
      const note = new Notification(text, { tag: visit.id })
      note.onclick = () => {
        window.focus()
        open()
      }
    }
  })
  useEffect(() => {
    void queries.prefetchQuery(hostsQuery(lodge.call))
    return visits.onNews((visit, type) => arrive(visit, type))
  }, [visits, queries, lodge])
}
