import { Check, Select } from '#web/ui/field.tsx'
import { prefer, preferences, type Preferences } from '../kept/preferences.ts'
import { chime } from '../live/announce.ts'
import { useStore } from '../live/store.ts'
import { tell } from '../shell/notices.ts'
import { t } from '../words.ts'
import { MyVisitors } from './my-visitors.tsx'
import { Page } from './page.tsx'

/** What is one's own, on this device. */
export function You() {
  const { theme, language, enterSends, sound, notifications } = useStore(preferences)
  const askForNotifications = async (on: boolean): Promise<void> => {
    const allowed = on && 'Notification' in globalThis && await Notification.requestPermission() === 'granted'
    if (on && !allowed) tell(t('notificationsDenied'), { failed: true })
    prefer({ notifications: allowed })
  }
  return (
    <Page title={t('settingsYou')} text={t('settingsYouText')}>
      <div className="flex max-w-[420px] flex-col gap-6">
        <Select label={t('theme')} value={theme} options={[['system', t('themeSystem')], ['light', t('themeLight')], ['dark', t('themeDark')]]} onChange={(e) => prefer({ theme: e.target.value as Preferences['theme'] })} />
        <Select
          label={t('language')} value={language} options={[['auto', t('languageAuto')], ['en', 'English'], ['ar', 'العربية']]}
          onChange={(e) => {
            prefer({ language: e.target.value as Preferences['language'] })
            location.reload()
          }}
        />
        <fieldset className="flex flex-col">
          <legend className="mb-1 text-13 font-medium">{t('writing')}</legend>
          <Check label={t('enterSends')} hint={t('enterSendsHint')} checked={enterSends} onChange={(e) => prefer({ enterSends: e.target.checked })} />
        </fieldset>
        <fieldset className="flex flex-col">
          <legend className="mb-1 text-13 font-medium">{t('attention')}</legend>
          <Check
            label={t('soundOn')} checked={sound}
            onChange={(e) => {
              prefer({ sound: e.target.checked })
              if (e.target.checked) chime()
            }}
          />
          <Check label={t('notificationsOn')} hint={t('notificationsHint')} checked={notifications} onChange={(e) => void askForNotifications(e.target.checked)} />
        </fieldset>
        <MyVisitors />
      </div>
    </Page>
  )
}
