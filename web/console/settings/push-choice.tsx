import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Check } from '#web/ui/field.tsx'
import { useLive } from '../live/live-context.ts'
import { readPush, turnPushOff, turnPushOn, type PushState } from '../live/push.ts'
import { Failed } from '../live/queries.ts'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'

/** Whether this browser is told of one's visitors: what it cannot do, it says. */
export function PushChoice() {
  const { lodge, queries } = useLive()
  const { data: state, isError } = useQuery({ queryKey: ['push'], queryFn: async () => readPush(lodge.call), staleTime: 0, retry: false })
  const [turning, setTurning] = useState<'on' | 'off'>()
  const turn = async (on: boolean): Promise<void> => {
    setTurning(on ? 'on' : 'off')
    try {
      const now: PushState = on ? await turnPushOn(lodge.call) : await turnPushOff(lodge.call).then(() => 'off' as const)
      if (on && now === 'off') tell(t('pushNotAllowed'), { failed: true })
      queries.setQueryData(['push'], now)
    } catch (error) {
      tell(error instanceof Failed ? why(error.code) : t('pushFailed'), { failed: true })
    }
    setTurning(undefined)
    await queries.invalidateQueries({ queryKey: ['push'] })
  }
  // On is what the server has kept, and off what it has forgotten: until then it says neither.
  const shown = turning ? 'turning' : isError ? 'away' : state ?? 'turning'
  const cannot = shown === 'insecure' || shown === 'unsupported' || shown === 'blocked' || shown === 'away'
  return (
    <Check
      label={t('pushHere')} hint={t(`push_${shown}`)} checked={(turning ?? shown) === 'on'} disabled={cannot || shown === 'turning'}
      onChange={(e) => void turn(e.target.checked)}
    />
  )
}
