import { useNavigate } from '@tanstack/react-router'
import { LogOut, UserRound } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '#web/ui/avatar.tsx'
import { MenuChoice, MenuItem, MenuLine, MenuRoot, MenuSheet, MenuTitle, MenuTrigger } from '#web/ui/menu.tsx'
import { prefer, preferences } from '../kept/preferences.ts'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { t } from '../words.ts'
import { useSignOut } from './use-sign-out.ts'

export function ProfileMenu() {
  const live = useLive()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const { name, email } = live.session.user
  const told = useStore(live.presence)[live.session.user.id]
  const [chosen, setChosen] = useState<'online' | 'away'>()
  const presence = chosen ?? told ?? 'online'
  const { state } = useStore(live.status)
  const { theme } = useStore(preferences)

  return (
    <MenuRoot>
      <MenuTrigger aria-label={t('profile', { name })} className="inline-flex size-10 items-center justify-center rounded-control hover:bg-raised"><Avatar name={name} presence={state === 'open' ? presence : undefined} /></MenuTrigger>
      <MenuSheet side="right" align="end" className="w-60">
        <div className="px-2 py-1.5"><p className="truncate font-medium">{name}</p><p className="truncate text-12 text-muted">{email}</p></div>
        <MenuLine />
        <MenuChoice
          value={presence} options={[['online', t('presenceOnline')], ['away', t('presenceAway')]]}
          onChange={(next) => {
            setChosen(next as 'online' | 'away')
            live.lodge.presence(next as 'online' | 'away')
          }}
        />
        <MenuLine />
        <MenuTitle>{t('theme')}</MenuTitle>
        <MenuChoice value={theme} options={[['system', t('themeSystem')], ['light', t('themeLight')], ['dark', t('themeDark')]]} onChange={(next) => prefer({ theme: next as typeof theme })} />
        <MenuLine />
        <MenuItem icon={<UserRound size={16} />} onSelect={() => void navigate({ to: '/settings/you' })}>{t('settingsYou')}</MenuItem>
        <MenuItem icon={<LogOut size={16} />} onSelect={() => void signOut()}>{t('signOut')}</MenuItem>
      </MenuSheet>
    </MenuRoot>
  )
}
