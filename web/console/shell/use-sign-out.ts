import { useNavigate } from '@tanstack/react-router'
import { useLive } from '../live/live-context.ts'
import { turnPushOff } from '../live/push.ts'
import { leave } from '../live/session.ts'
import { closeTab } from '../live/tab.ts'
import { tell, why } from './notices.ts'

export function useSignOut(): () => Promise<void> {
  const live = useLive()
  const navigate = useNavigate()
  return async () => {
    // Before the session ends: what was deleted goes, and who sits here next must not be shown the names of another's visitors.
    await live.deletions.now()
    await turnPushOff(live.lodge.call).catch(() => {})
    const outcome = await leave()
    if (!outcome.ok) {
      tell(why(outcome.code), { failed: true })
      return
    }
    await live.shelf.clear()
    closeTab()
    void navigate({ to: '/sign-in', search: {} })
  }
}
