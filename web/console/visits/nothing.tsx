import { BookOpen, SearchX } from 'lucide-react'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { ReadFailed } from '../read-failed.tsx'
import { t } from '../words.ts'
import type { BookState } from './use-book.ts'
import type { Found } from './use-find.ts'

interface Props { isSearch: boolean; found: Found; state: BookState['state']; day: string; today: string; retry: () => void }

/** Why there is no line, and what to do. */
export function Nothing({ isSearch, found, state, day, today, retry }: Props) {
  if (isSearch) {
    if (found.state === 'failed') return <ReadFailed title={t('searchFailed')} text={t('searchFailedText')} onRetry={found.retry} />
    return found.state === 'there' ? <EmptyState icon={<SearchX size={28} strokeWidth={1.5} />} title={t('searchEmpty')} text={t('visitSearchEmptyText')} /> : <Loading />
  }
  if (state === 'loading') return <Loading />
  if (state === 'failed') return <ReadFailed title={t('bookFailed')} onRetry={retry} />
  return (
    <EmptyState
      icon={<BookOpen size={28} strokeWidth={1.5} />} title={day === today ? t('bookEmpty') : day < today ? t('bookEmptyPast') : t('bookEmptyDay')}
      text={day < today ? t('bookEmptyPastText') : t('bookEmptyText')}
    />
  )
}

export const Loading = () => <div aria-busy className="flex flex-col gap-3 p-4">{Array.from({ length: 8 }, (_, at) => <Skeleton key={at} className="h-8" />)}</div>
