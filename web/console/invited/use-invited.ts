import { useCallback, useEffect, useRef, useState } from 'react'
import { getInvited, type Invited } from '#contract/visits.ts'
import { callPublic } from '../live/session.ts'

const lookAgainMs = 30_000

interface Known { invited: Invited | undefined; problem: string | undefined; look: () => Promise<void>; took: (invited: Invited) => void }

/** The visit of a code, as it is now: somebody at the desk changes it while the page is open. */
export function useInvited(code: string): Known {
  const [invited, setInvited] = useState<Invited>()
  const [problem, setProblem] = useState<string>()
  // An answer that was asked for before something was saved is older than what was saved.
  const turn = useRef(0)
  const took = useCallback((now: Invited): void => {
    turn.current++
    setProblem(undefined)
    setInvited(now)
  }, [])
  const look = useCallback(async (): Promise<void> => {
    const mine = ++turn.current
    const outcome = await callPublic(getInvited, { params: { code } })
    if (mine !== turn.current) return
    if (outcome.ok) took(outcome.value)
    else setProblem(outcome.code)
  }, [code, took])
  useEffect(() => {
    const lookIfSeen = (): void => { if (document.visibilityState === 'visible') void look() }
    const first = setTimeout(lookIfSeen)
    const timer = setInterval(lookIfSeen, lookAgainMs)
    document.addEventListener('visibilitychange', lookIfSeen)
    addEventListener('online', lookIfSeen)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
      document.removeEventListener('visibilitychange', lookIfSeen)
      removeEventListener('online', lookIfSeen)
    }
  }, [look])
  return { invited, problem, look, took }
}
