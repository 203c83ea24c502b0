import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { CloudOff } from 'lucide-react'
import { useEffect } from 'react'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Away } from '../live/tab.ts'
import { t } from '../words.ts'

const againMs = 5000

/** A tab without anything kept, and no server: it waits and tries by itself. Or a screen that broke: the others go on. */
export function ServerAway({ error }: ErrorComponentProps) {
  const router = useRouter()
  const away = error instanceof Away
  useEffect(() => {
    if (!away) return
    const timer = setInterval(() => void router.invalidate(), againMs)
    return () => clearInterval(timer)
  }, [away, router])
  const Place = away ? 'main' : 'div'
  return (
    <Place className={away ? 'h-dvh' : 'h-full'}>
      <EmptyState
        isPage={away} icon={<CloudOff size={28} strokeWidth={1.5} />} title={away ? t('awayTitle') : t('brokenTitle')} text={away ? t('awayText') : t('brokenText', { detail: String(error) })}
        action={<Button kind="primary" onClick={() => away ? void router.invalidate() : location.reload()}>{t('tryAgain')}</Button>}
      />
    </Place>
  )
}
