import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { saveHost } from '#contract/places.ts'
import { Check } from '#web/ui/field.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { hostsQuery } from '../live/queries.ts'
import { t } from '../words.ts'
import { went } from './page.tsx'
import { PushChoice } from './push-choice.tsx'

/** How one wants to hear of one's visitors, and who hears of them too. It is kept on the server; what this browser may do, on it. */
export function MyVisitors() {
  const { lodge, queries, session } = useLive()
  const { queryKey } = hostsQuery(lodge.call)
  const { data: hosts, isError } = useQuery(hostsQuery(lodge.call))
  // Shown at once; what the server has comes back after it.
  const [asked, setAsked] = useState<{ mail?: boolean; delegates?: string[] }>()
  const stored = hosts?.find((h) => h.id === session.user.id)
  const me = stored && { ...stored, ...asked }
  const save = async (to: { mail?: boolean; delegates?: string[] }): Promise<void> => {
    if (!me) return
    const { mail, delegates } = { ...me, ...to }
    setAsked({ mail, delegates })
    went(await lodge.call(saveHost, { params: { user: me.id }, body: { mail, delegates } }))
    await queries.invalidateQueries({ queryKey })
    setAsked((now) => now?.mail === mail && now.delegates === delegates ? undefined : now)
  }
  if (!hosts) return isError ? <p className="text-13 text-muted">{t('hostsAway')}</p> : <Skeleton className="h-16" />
  if (!me) return null
  const others = hosts.filter((h) => h.id !== me.id).toSorted((a, b) => a.name.localeCompare(b.name))
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 text-13 font-medium">{t('myVisitors')}</legend>
      <Check
        label={t('myVisitorsMail')} hint={t('myVisitorsMailHint', { email: me.email })} checked={me.mail}
        onChange={(e) => void save({ mail: e.target.checked })}
      />
      <PushChoice />
      {others.length > 0 && (
        <details className="group mt-1">
          <summary className="flex cursor-pointer list-none items-center gap-1 py-1 text-13 [&::-webkit-details-marker]:hidden">
            <ChevronRight aria-hidden size={14} className="shrink-0 text-muted transition-transform group-open:rotate-90 rtl:not-group-open:rotate-180" />
            {me.delegates.length > 0 ? t('delegatesSome', { names: others.filter((h) => me.delegates.includes(h.id)).map((h) => h.name).join(', ') }) : t('delegatesNone')}
          </summary>
          <div className="mt-1 flex max-h-60 flex-col overflow-y-auto rounded-control border border-line px-3 py-1">
            {others.map((h) => (
              <Check
                key={h.id} label={h.name} checked={me.delegates.includes(h.id)} disabled={!me.delegates.includes(h.id) && me.delegates.length >= delegatesMax}
                onChange={(e) => void save({ delegates: e.target.checked ? [...me.delegates, h.id] : me.delegates.filter((id) => id !== h.id) })}
              />
            ))}
          </div>
        </details>
      )}
    </fieldset>
  )
}

const delegatesMax = 10
