import { useEffect, useState } from 'react'
import type { StatusBanner } from '#contract/status.ts'
import { useLive } from '../live/live-context.ts'

export type BannerItem = StatusBanner['items'][number]

/** Where the public page stands, kept for the time when nobody can be asked. */
const keptKey = 'lodge:status-page'
export const keptStatusPage = (): string | null => localStorage.getItem(keptKey)

/** What concerns whoever is signed in: as an agent, and for administrators as one who leads too. What was heard last stays while the line is cut. */
export function useBanner(): { items: readonly BannerItem[]; more: string | null } {
  const { lodge, session } = useLive()
  const [heard, setHeard] = useState<Readonly<Record<string, StatusBanner>>>({})
  const isAdmin = session.user.role === 'admin'
  useEffect(() => {
    const ends = (isAdmin ? ['agents', 'managers'] : ['agents']).map((who) => lodge.watch(`status:${who}`, (body) => setHeard((all) => ({ ...all, [who]: body as StatusBanner }))))
    return () => { for (const end of ends) end() }
  }, [lodge, isAdmin])
  const all = Object.values(heard)
  const more = all[0]?.more
  useEffect(() => {
    if (more) localStorage.setItem(keptKey, more)
    else if (more === null) localStorage.removeItem(keptKey)
  }, [more])
  return { items: [...new Map(all.flatMap((b) => b.items).map((i) => [`${i.kind} ${i.id}`, i])).values()], more: more ?? null }
}
