import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { testChannel, type Channel } from '#contract/channels.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { tell, whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'

export function ChannelTest({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { lodge } = useLive()
  const navigate = useNavigate()
  const idFor = useCommandId()
  const [wrong, setWrong] = useState<string>()
  const send = async (form: HTMLFormElement): Promise<void> => {
    const to = field(form, 'to')
    const outcome = await lodge.call(testChannel, { params: { channel: channel.id }, body: { id: idFor(to), to } })
    if (!outcome.ok) return setWrong(whyNot(outcome))
    const { conversation } = outcome.value
    tell(t('didTestChannel'), { action: { label: t('channelTestOpen'), run: () => void navigate({ to: '/inbox/$conversation', params: { conversation } }) } })
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('channelTest')} closeLabel={t('closeDialog')}>
      <Form onSubmit={send}>
        <TextField name="to" type="tel" dir="ltr" label={t('channelTestTo')} hint={t('channelTestHint')} wrong={wrong} placeholder="+46 70 123 45 67" maxLength={40} required />
        <FormFoot onClose={onClose} action={t('channelTest')} />
      </Form>
    </Dialog>
  )
}
