import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { listConversations, type ConversationRow } from '#contract/conversations.ts'
import { preferences } from '../kept/preferences.ts'
import { t } from '../words.ts'
import { chime, notifyAway } from './announce.ts'
import { useLive } from './live-context.ts'
import { ask } from './queries.ts'
import { unread, type RowsState } from './rows.ts'
import { useSelected } from './store.ts'

/** Mine or nobody's, open, with something in it that I have not read. */
const concerns = (row: ConversationRow, me: string): boolean => row.status === 'open' && (row.assignee === me || row.assignee === null)
const waitingIn = ({ rows, marks }: RowsState, me: string): number => {
  let n = 0
  for (const row of rows.values()) if (concerns(row, me) && unread(row, marks.get(row.id)) > 0) n++
  return n
}

const mostWaiting = 200
/** What waits is known on every page and under every tab, not only where its list was opened; read again after a reconnect, as all lists are. */
function useWaitingRows(): void {
  const { lodge, rows } = useLive()
  useQuery({
    queryKey: ['list', 'waiting'], staleTime: Infinity,
    queryFn: async () => {
      const { conversations, marks } = await ask(lodge.call, listConversations, { query: { status: 'open', limit: mostWaiting } })
      rows.absorb({ conversations, marks })
      return conversations.length
    },
  })
}

export function useWaiting(): number {
  const { rows, session } = useLive()
  return useSelected(rows.store, (state) => waitingIn(state, session.user.id))
}

/** The number in the tab's title, and a sound or a notification if the person asked for them. */
export function useAttention(): void {
  const { rows, session } = useLive()
  const waiting = useWaiting()
  useWaitingRows()
  const navigate = useNavigate()
  const heard = useRef(new Map<string, number>())

  useEffect(() => { document.title = waiting > 0 ? t('titleWaiting', { n: waiting }) : t('title') }, [waiting])
  useEffect(() => {
    // What was there at the start is no news.
    let settled = false
    const settling = setTimeout(() => { settled = true }, 3000)
    const off = rows.store.follow(() => {
      for (const row of rows.store.get().rows.values()) {
        const newest = row.recentInbound.at(-1) ?? 0
        const before = heard.current.get(row.id)
        heard.current.set(row.id, Math.max(newest, before ?? 0))
        const news = newest > (before ?? 0) && settled && concerns(row, session.user.id)
        if (!news || (document.hasFocus() && location.pathname.endsWith(row.id))) continue
        const { sound, notifications } = preferences.get()
        if (sound) chime()
        if (notifications) notifyAway(row.contactName, { body: row.lastText, tag: row.id, open: () => void navigate({ to: '/inbox/$conversation', params: { conversation: row.id } }) })
      }
    })
    return () => {
      clearTimeout(settling)
      off()
    }
  }, [rows, session, navigate])
}
