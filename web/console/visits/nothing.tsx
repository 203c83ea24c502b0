import { BookOpen, CloudOff, SearchX } from 'lucide-react'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { t } from '../words.ts'
import type { BookState } from './use-book.ts'
import type { Found } from './use-find.ts'

interface Props { isSearch: boolean; found: Found; state: BookState['state']; day: string; today: string; retry: () => void }

/** Why there is no line, and what to do. */
export function Nothing({ isSearch, found, state, day, today, retry }: Props) {
  const away = <CloudOff size={28} strokeWidth={1.5} />
  if (isSearch) {
    if (found.state === 'failed') return <EmptyState icon={away} title={t('searchFailed')} text={t('searchFailedText')} action={<Button onClick={found.retry}>{t('tryAgain')}</Button>} />
    return found.state === 'there' ? <EmptyState icon={<SearchX size={28} strokeWidth={1.5} />} title={t('searchEmpty')} text={t('visitSearchEmptyText')} /> : <Loading />
  }
  if (state === 'loading') return <Loading />
  if (state === 'failed') return <EmptyState icon={away} title={t('bookFailed')} text={t('readFailedText')} action={<Button onClick={retry}>{t('tryAgain')}</Button>} />
  return (
    <EmptyState
      icon={<BookOpen size={28} strokeWidth={1.5} />} title={day === today ? t('bookEmpty') : day < today ? t('bookEmptyPast') : t('bookEmptyDay')}
      text={day < today ? t('bookEmptyPastText') : t('bookEmptyText')}
    />
  )
}

export const Loading = () => <div aria-busy className="flex flex-col gap-3 p-4">{Array.from({ length: 8 }, (_, at) => <Skeleton key={at} className="h-8" />)}</div>
