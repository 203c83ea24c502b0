import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { createToken, listTokens, revokeToken } from '#contract/people.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { Confirm } from '../shell/confirm.tsx'
import { why } from '../shell/notices.ts'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page, went } from './page.tsx'
import { ToldOnce } from './told-once.tsx'

export function Tokens() {
  const { lodge, queries } = useLive()
  const now = useNow()
  const query = useQuery({ queryKey: ['tokens'], queryFn: async () => (await ask(lodge.call, listTokens, {})).tokens })
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<{ id: string; name: string }>()
  const again = (): void => void queries.invalidateQueries({ queryKey: ['tokens'] })
  const revoke = async (token: string): Promise<void> => {
    went(await lodge.call(revokeToken, { params: { token } }), t('didRevoke'))
    again()
  }
  return (
    <Page title={t('settingsTokens')} text={t('settingsTokensText')} action={<Button kind="primary" icon={<Plus size={16} />} onClick={() => setMaking(true)}>{t('tokenNew')}</Button>}>
      <Lines query={query} lines={query.data} empty={t('tokensEmpty')}>
        {(token) => (
          <div className="flex h-14 items-center gap-3 px-4">
            <KeyRound aria-hidden size={16} className="text-muted" />
            <div className="min-w-0 flex-1"><p className="truncate font-medium"><bdi>{token.name}</bdi></p><p className="text-12 text-muted">{token.lastUsedAt ? <span title={exact(token.lastUsedAt)}>{t('tokenUsed', { when: brief(token.lastUsedAt, now) })}</span> : t('tokenUnused')}</p></div>
            <Button onClick={() => setRevoking(token)}>{t('revoke')}</Button>
          </div>
        )}
      </Lines>
      {making && <NewToken onClose={() => { setMaking(false); again() }} />}
      {revoking && <Confirm title={t('revokeTitle', { name: revoking.name })} text={t('revokeText')} verb={t('revoke')} onYes={() => void revoke(revoking.id)} onClose={() => setRevoking(undefined)} />}
    </Page>
  )
}

function NewToken({ onClose }: { onClose: () => void }) {
  const { lodge } = useLive()
  const idFor = useCommandId()
  const [token, setToken] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const make = async (name: string): Promise<void> => {
    const outcome = await lodge.call(createToken, { body: { id: idFor(name), name } })
    if (outcome.ok) setToken(outcome.value.token)
    else setWrong(why(outcome.code))
  }
  return (
    <Dialog open onClose={onClose} title={t('tokenNew')} closeLabel={t('closeDialog')}>
      {token
        ? <ToldOnce text={t('tokenOnce')} secret={token} onClose={onClose} />
        : (
          <Form onSubmit={async (form) => make(field(form, 'name'))}>
            <TextField name="name" label={t('name')} hint={t('tokenNameHint')} wrong={wrong} maxLength={100} required />
            <FormFoot onClose={onClose} action={t('tokenNew')} />
          </Form>
        )}
    </Dialog>
  )
}
