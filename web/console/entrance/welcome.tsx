import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { getLink } from '#contract/people.ts'
import { Button } from '#web/ui/button.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form, field, written } from '#web/ui/form.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { callPublic, takeLink } from '../live/session.ts'
import { why, whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { Entrance } from './entrance.tsx'
import { useIsNew } from './use-is-new.ts'

const route = getRouteApi('/welcome/$secret')
interface Found { purpose: 'first_admin' | 'invitation' | 'password' | 'demo'; email: string | null; name: string | null }
const shortestPassword = 10

/** A one-time link: what it is for decides what is asked. A demo link asks nothing. */
export function Welcome() {
  const { secret } = route.useParams()
  const { next } = route.useSearch()
  const router = useRouter()
  const isNew = useIsNew()
  const [found, setFound] = useState<Found>()
  const [problem, setProblem] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)
  const looked = useRef(false)

  const accept = async (body: Parameters<typeof takeLink>[1], to: string): Promise<void> => {
    setBusy(true)
    const outcome = await takeLink(secret, body)
    setBusy(false)
    if (outcome.ok) router.history.replace(to)
    else if (Object.keys(body).length === 0 || outcome.code === 'link_used') setProblem(outcome.code)
    else setWrong(whyNot(outcome))
  }
  const look = async (): Promise<void> => {
    setProblem(undefined)
    const outcome = await callPublic(getLink, { params: { secret } })
    if (!outcome.ok) return setProblem(outcome.code)
    if (outcome.value.purpose === 'demo') return accept({}, next ?? '/')
    setFound(outcome.value)
  }
  // Looked at once: a demo link is used by being looked at.
  useEffect(() => {
    if (looked.current) return
    looked.current = true
    void look()
  })

  if (problem) {
    return (
      <Entrance title={problem === 'link_used' ? t('linkUsed') : t('linkProblem')} text={problem === 'link_used' && isNew ? t('signInFirst') : why(problem)}>
        {problem === 'link_used' ? <Link to="/sign-in" search={{}} className="text-accent-ink underline underline-offset-2">{t('signIn')}</Link> : <Button kind="primary" onClick={() => void look()}>{t('tryAgain')}</Button>}
      </Entrance>
    )
  }
  if (!found) return <Entrance title={t('welcome')}><div aria-busy className="flex flex-col gap-4"><Skeleton className="h-9" /><Skeleton className="h-9" /></div></Entrance>
  const isFirst = found.purpose === 'first_admin'
  const isHere = found.purpose === 'password'
  return (
    <Entrance title={t('welcome')} text={isFirst ? t('welcomeFirst') : t(isHere ? 'welcomeAgain' : 'welcomeInvited', { email: found.email ?? '' })}>
      <Form
        onSubmit={async (form) => {
          setWrong(undefined)
          await accept({ ...(!isHere && { name: field(form, 'name') }), password: written(form, 'password'), ...(isFirst && { email: field(form, 'email'), account: field(form, 'account') }) }, next ?? (isFirst ? '/settings/inboxes' : '/inbox'))
        }}
      >
        {isFirst && <TextField name="account" label={t('accountName')} hint={t('accountNameHint')} maxLength={100} autoComplete="organization" required />}
        {!isHere && <TextField name="name" label={t('yourName')} hint={t('yourNameHint')} defaultValue={found.name ?? ''} maxLength={100} autoComplete="name" required />}
        {isFirst && <TextField name="email" type="email" label={t('email')} autoComplete="username" required />}
        {!isFirst && <input type="hidden" autoComplete="username" value={found.email ?? ''} readOnly />}
        <TextField name="password" type="password" label={t('passwordNew')} hint={t('passwordHint', { n: shortestPassword })} minLength={shortestPassword} maxLength={128} autoComplete="new-password" required />
        {wrong && <p role="alert" className="text-13 text-bad">{wrong}</p>}
        <Button kind="primary" type="submit" disabled={busy} className="h-9">{t(isHere ? 'signIn' : 'start')}</Button>
      </Form>
    </Entrance>
  )
}
