import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { CloudOff } from 'lucide-react'
import { useEffect } from 'react'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Away } from '../live/tab.ts'
import { t } from '../words.ts'
import { PartAway } from './part.tsx'

const againMs = 5000

/** A tab without anything kept, or a screen that was never loaded, and no server: it waits and tries by itself. Or a screen that broke: the others go on. */
export function ServerAway({ error }: ErrorComponentProps) {
  const router = useRouter()
  const away = error instanceof Away
  useEffect(() => {
    if (!away) return
    const timer = setInterval(() => void router.invalidate(), againMs)
    return () => clearInterval(timer)
  }, [away, router])
  const isPage = away && !(error instanceof PartAway)
  const Place = isPage ? 'main' : 'div'
  return (
    <Place className={isPage ? 'h-dvh' : 'h-full'}>
      <EmptyState
        isPage={isPage} icon={<CloudOff size={28} strokeWidth={1.5} />} title={away ? t('awayTitle') : t('brokenTitle')} text={away ? t('awayText') : t('brokenText', { detail: String(error) })}
        action={<Button kind="primary" onClick={() => away ? void router.invalidate() : location.reload()}>{t('tryAgain')}</Button>}
      />
    </Place>
  )
}
