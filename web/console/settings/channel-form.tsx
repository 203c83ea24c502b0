import { useState } from 'react'
import { channelLanguages, ownNumber, saveChannel, type Channel, type ChannelLanguage, type SmppSettings, type TwilioSettings } from '#contract/channels.ts'
import { newId } from '#client/lodge.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, Select, TextArea, TextField } from '#web/ui/field.tsx'
import { Form, field, written } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useInboxes } from '../live/queries.ts'
import { why } from '../shell/notices.ts'
import { ownZone } from '../times.ts'
import { t } from '../words.ts'
import { HoursFields, hoursIn } from './channel-hours.tsx'
import { FormFoot } from './form-foot.tsx'
import { LanguageChecks } from './language-checks.tsx'
import { went } from './page.tsx'
import { ZoneField } from './zone-field.tsx'

export function ChannelForm({ channel, onClose }: { channel: Channel | undefined; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const inboxes = useInboxes()
  const [id] = useState(() => channel?.id ?? newId())
  const [kind, setKind] = useState<Channel['kind']>(channel?.kind ?? 'smpp')
  const [languages, setLanguages] = useState<readonly ChannelLanguage[]>(channel?.languages ?? ['en'])
  const [wrong, setWrong] = useState<string>()
  const [secretWrong, setSecretWrong] = useState<string>()
  const [numberWrong, setNumberWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const secret = written(form, 'secret')
    const settings: SmppSettings | TwilioSettings = kind === 'twilio' ? { accountSid: field(form, 'accountSid') }
      : { host: field(form, 'host'), port: Number(field(form, 'port')), tls: field(form, 'tls') === 'yes', systemId: field(form, 'systemId'), systemType: field(form, 'systemType') }
    // Seen here too: the server says it in English.
    const moved = channel?.hasSecret === true && Object.entries(settings).some(([key, value]) => key !== 'systemType' && value !== channel.settings[key as keyof Channel['settings']])
    setSecretWrong(moved && secret === '' ? t('channelSecretAgain') : undefined)
    if (moved && secret === '') {
      setWrong(undefined)
      return form.querySelector<HTMLInputElement>('[name=secret]')?.focus()
    }
    const numbers = field(form, 'numbers').split(/[\n,]+/).map((n) => n.trim()).map((n) => n.startsWith('+') ? n.replace(/[\s().-]/g, '') : n).filter(Boolean)
    const odd = numbers.find((n) => !new RegExp(ownNumber).test(n))
    setNumberWrong(odd === undefined ? undefined : t('channelNumberWrong', { number: odd }))
    if (odd !== undefined) {
      setWrong(undefined)
      return form.querySelector<HTMLTextAreaElement>('[name=numbers]')?.focus()
    }
    const outcome = await lodge.call(saveChannel, { params: { channel: id }, body: {
      kind, settings, name: field(form, 'name'), inbox: field(form, 'inbox'), numbers,
      ratePerSecond: Number(field(form, 'rate')), languages: [...languages], zone: field(form, 'zone'), hours: hoursIn(form), automaticAnswer: written(form, 'answer').trim(), active: field(form, 'active') === 'yes',
      ...(secret !== '' && { secret }),
    } })
    if (!outcome.ok) return setWrong(outcome.code === 'invalid' ? `${t('channelWrong')} ${outcome.message}` : why(outcome.code))
    void queries.invalidateQueries({ queryKey: ['channels'] })
    went(outcome, t('didSaveChannel'))
    onClose()
  }
  const secret = { name: 'secret', type: 'password', autoComplete: 'new-password', maxLength: 200, dir: 'ltr', required: !channel?.hasSecret, wrong: secretWrong, ...(channel?.hasSecret && { hint: t('channelSecretKept') }) } as const
  const smpp = channel?.kind === 'smpp' ? channel.settings as SmppSettings : undefined
  return (
    <Dialog open onClose={onClose} title={channel ? t('channelChange') : t('channelNew')} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={channel?.name ?? 'SMS'} maxLength={100} required />
        <div className="grid grid-cols-2 gap-3">
          <Select name="kind" label={t('channelKind')} value={kind} disabled={channel !== undefined} onChange={(e) => setKind(e.target.value as Channel['kind'])} options={[['smpp', t('kind_smpp')], ['twilio', t('kind_twilio')]]} />
          <Select name="inbox" label={t('channelInbox')} defaultValue={channel?.inbox} options={inboxes.map((i) => [i.id, i.name] as const)} />
        </div>
        <TextArea name="numbers" label={t('channelNumbers')} hint={t('channelNumbersHint')} wrong={numberWrong} defaultValue={channel?.numbers.join('\n')} rows={2} dir="ltr" className="min-h-14!" required />
        {kind === 'smpp' ? (
          <>
            <div className="grid grid-cols-[minmax(0,1fr)_110px] gap-3">
              <TextField name="host" label={t('channelHost')} defaultValue={smpp?.host} maxLength={253} dir="ltr" autoComplete="off" required />
              <TextField name="port" type="number" min={1} max={65_535} label={t('channelPort')} defaultValue={smpp?.port ?? 2775} required />
            </div>
            <Check name="tls" value="yes" label={t('channelTls')} defaultChecked={smpp?.tls ?? false} />
            <div className="grid grid-cols-2 gap-3">
              <TextField name="systemId" label={t('channelSystemId')} defaultValue={smpp?.systemId} maxLength={15} dir="ltr" autoComplete="off" required />
              <TextField name="systemType" label={t('channelSystemType')} defaultValue={smpp?.systemType} maxLength={12} dir="ltr" autoComplete="off" />
            </div>
            <TextField label={t('channelPassword')} {...secret} />
          </>
        ) : (
          <>
            <TextField name="accountSid" label={t('channelAccountSid')} defaultValue={channel ? (channel.settings as TwilioSettings).accountSid : ''} pattern="AC[0-9a-fA-F]{32}" dir="ltr" autoComplete="off" required />
            <TextField label={t('channelAuthToken')} {...secret} />
          </>
        )}
        <TextField name="rate" type="number" min={0.1} max={500} step="any" label={t('channelRate')} hint={t('channelRateHint')} defaultValue={channel?.ratePerSecond ?? 1} required />
        <LanguageChecks title={t('channelLanguages')} hint={t('channelLanguagesHint')} all={channelLanguages} value={languages} onChange={setLanguages} />
        <HoursFields hours={channel?.hours ?? null} />
        <ZoneField label={t('channelZone')} defaultValue={channel?.zone ?? ownZone} />
        <TextArea name="answer" label={t('channelAnswer')} hint={t('channelAnswerHint')} defaultValue={channel?.automaticAnswer} maxLength={1000} rows={2} className="min-h-14!" />
        <Check name="active" value="yes" label={t('channelActive')} defaultChecked={channel?.active ?? true} />
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
