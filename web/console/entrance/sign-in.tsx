import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '#web/ui/button.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form, field, written } from '#web/ui/form.tsx'
import { enter } from '../live/session.ts'
import { why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { Entrance } from './entrance.tsx'
import { useIsNew } from './use-is-new.ts'

const route = getRouteApi('/sign-in')

export function SignIn() {
  const { next = '/inbox', ended } = route.useSearch()
  const router = useRouter()
  const isNew = useIsNew()
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (form: HTMLFormElement): Promise<void> => {
    setBusy(true)
    setWrong(undefined)
    const outcome = await enter(field(form, 'email'), written(form, 'password'))
    setBusy(false)
    if (outcome.ok) router.history.push(next)
    else setWrong(why(outcome.code))
  }
  return (
    <Entrance title={t('signIn')} text={ended ? t('signInEnded') : undefined}>
      <Form onSubmit={submit}>
        <TextField name="email" type="email" label={t('email')} autoComplete="username" required />
        <TextField name="password" type="password" label={t('password')} autoComplete="current-password" required />
        {wrong && <p role="alert" className="text-13 text-bad">{wrong}</p>}
        <Button kind="primary" type="submit" disabled={busy} className="h-9">{t('signIn')}</Button>
      </Form>
      <p className="mt-6 text-12 text-muted">{t(isNew ? 'signInFirst' : 'signInHelp')}</p>
    </Entrance>
  )
}
