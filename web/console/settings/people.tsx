import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { changeUser, inviteUser, renewLink, type User } from '#contract/people.ts'
import { Avatar } from '#web/ui/avatar.tsx'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { MenuItem, MenuLine, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { useLive } from '../live/live-context.ts'
import { peopleQuery } from '../live/queries.ts'
import { useStore } from '../live/store.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { tell, tellUndo, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page, went } from './page.tsx'

export function People() {
  const { lodge, session, presence, queries } = useLive()
  const query = useQuery(peopleQuery(lodge.call))
  const here = useStore(presence)
  const navigate = useNavigate()
  const [inviting, setInviting] = useState(false)
  const isAdmin = session.user.role === 'admin'
  const change = async (user: User, body: { role?: User['role']; active?: boolean; seesPhones?: boolean }): Promise<boolean> => {
    const done = went(await lodge.call(changeUser, { params: { user: user.id }, body }))
    void queries.invalidateQueries({ queryKey: ['people'] })
    return done
  }
  const sendLink = async (user: User): Promise<void> => {
    if (went(await lodge.call(renewLink, { params: { user: user.id } }))) tell(t('didSendLink', { email: user.email }), { action: { label: t('goTray'), run: () => void navigate({ to: '/tray' }) } })
  }
  const deactivate = async (user: User): Promise<void> => { if (await change(user, { active: false })) tellUndo(t('didDeactivate', { who: user.name }), () => void change(user, { active: true })) }

  return (
    <Page title={t('settingsPeople')} text={t('settingsPeopleText')} action={isAdmin && <Button kind="primary" icon={<UserPlus size={16} />} onClick={() => setInviting(true)}>{t('invite')}</Button>}>
      <Lines query={query} lines={query.data?.users.toSorted((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name))} empty={t('peopleEmpty')}>
        {(user) => (
          <div className={cx('flex h-14 items-center gap-3 px-4', !user.active && 'opacity-60')}>
            <Avatar name={user.name} presence={here[user.id]} />
            <div className="min-w-0 flex-1"><p className="truncate font-medium"><bdi>{user.id === session.user.id ? t('youNamed', { name: user.name }) : user.name}</bdi></p><p className="truncate text-12 text-muted">{user.email}</p></div>
            <span className="text-12 text-muted">{user.active ? t(`role_${user.role}`) : t('inactive')}{user.role === 'agent' && !user.seesPhones && ` · ${t('phonesMasked')}`}</span>
            {isAdmin && (
              <MenuRoot>
                <MenuTrigger asChild><button type="button" aria-label={t('actionsFor', { who: user.name })} className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised"><Ellipsis size={16} /></button></MenuTrigger>
                <MenuSheet>
                  {user.active && <MenuItem onSelect={() => void sendLink(user)}>{t('sendLink')}</MenuItem>}
                  {user.id !== session.user.id && <OfOthers user={user} change={change} deactivate={deactivate} />}
                </MenuSheet>
              </MenuRoot>
            )}
          </div>
        )}
      </Lines>
      {inviting && <Invite onClose={() => setInviting(false)} />}
    </Page>
  )
}

/** What nobody does to oneself: an account keeps an administrator. */
function OfOthers({ user, change, deactivate }: { user: User; change: (user: User, body: { role?: User['role']; active?: boolean; seesPhones?: boolean }) => Promise<boolean>; deactivate: (user: User) => Promise<void> }) {
  return (
    <>
      {user.role === 'agent' ? <MenuItem onSelect={() => void change(user, { role: 'admin' })}>{t('makeAdmin')}</MenuItem> : <MenuItem onSelect={() => void change(user, { role: 'agent' })}>{t('makeAgent')}</MenuItem>}
      {user.role === 'agent' && <MenuItem onSelect={() => void change(user, { seesPhones: !user.seesPhones })}>{user.seesPhones ? t('phonesHide') : t('phonesShow')}</MenuItem>}
      <MenuLine />
      {user.active ? <MenuItem bad onSelect={() => void deactivate(user)}>{t('deactivate')}</MenuItem> : <MenuItem onSelect={() => void change(user, { active: true })}>{t('reactivate')}</MenuItem>}
    </>
  )
}

function Invite({ onClose }: { onClose: () => void }) {
  const { lodge, queries } = useLive()
  const idFor = useCommandId()
  const navigate = useNavigate()
  const [wrong, setWrong] = useState<string>()
  const invite = async (form: HTMLFormElement): Promise<void> => {
    const email = field(form, 'email')
    const body = { name: field(form, 'name'), email, role: field(form, 'role') as User['role'] }
    const outcome = await lodge.call(inviteUser, { body: { id: idFor(body), ...body } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    void queries.invalidateQueries({ queryKey: ['people'] })
    tell(t('didInvite', { email }), { action: { label: t('goTray'), run: () => void navigate({ to: '/tray' }) } })
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('invite')} closeLabel={t('closeDialog')}>
      <Form onSubmit={invite}>
        <TextField name="name" label={t('name')} maxLength={100} required />
        <TextField name="email" type="email" label={t('email')} hint={t('inviteHint')} wrong={wrong} required />
        <Select name="role" label={t('role')} options={[['agent', t('role_agent')], ['admin', t('role_admin')]]} />
        <FormFoot onClose={onClose} action={t('invite')} />
      </Form>
    </Dialog>
  )
}
