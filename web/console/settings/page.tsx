import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Outcome } from '#client/call.ts'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { tell, why } from '../shell/notices.ts'
import { ReadFailed } from '../read-failed.tsx'
import { t } from '../words.ts'

export function Page({ title, text, action, children }: { title: string; text: string; action?: ReactNode; children: ReactNode }) {
  return (
    <>
      <header className="mb-5 flex items-start gap-4">
        <div className="flex-1"><h2 className="text-20 font-semibold">{title}</h2><p className="mt-0.5 max-w-[520px] text-13 text-muted">{text}</p></div>
        {action}
      </header>
      {children}
    </>
  )
}

/** A list that may be loading, unreachable, empty or there. */
export function Lines<T extends { id: string }>({ query, lines, empty, children }: { query: Pick<UseQueryResult, 'isError' | 'isPending' | 'refetch'>; lines: readonly T[] | undefined; empty: string; children: (line: T) => ReactNode }) {
  if (lines === undefined || query.isPending) {
    if (query.isError) return <ReadFailed title={t('listFailed')} onRetry={() => void query.refetch()} />
    return <div aria-busy className="flex flex-col gap-3">{Array.from({ length: 3 }, (_, at) => <Skeleton key={at} className="h-10" />)}</div>
  }
  if (lines.length === 0) return <p className="rounded-card border border-dashed border-line p-6 text-center text-13 text-muted">{empty}</p>
  return <ul className="divide-y divide-line rounded-card border border-line">{lines.map((line) => <li key={line.id}>{children(line)}</li>)}</ul>
}

/** Says why in the corner when it was refused. */
export function went(outcome: Outcome<unknown>, done?: string): boolean {
  if (!outcome.ok) tell(why(outcome.code), { failed: true })
  else if (done) tell(done)
  return outcome.ok
}
