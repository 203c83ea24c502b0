import { useState } from 'react'
import { sendTranscript } from '#contract/conversations.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useMailStays } from '../live/queries.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'

export function Transcript({ id, email, onClose }: { id: string; email: string; onClose: () => void }) {
  const { lodge } = useLive()
  const mailStays = useMailStays()
  const idFor = useCommandId()
  const [wrong, setWrong] = useState<string>()
  const [busy, setBusy] = useState(false)
  return (
    <Dialog open onClose={onClose} title={t('transcript')} closeLabel={t('closeDialog')} className="max-w-90">
      <Form
        onSubmit={async (form) => {
          const to = field(form, 'to')
          setBusy(true)
          const outcome = await lodge.call(sendTranscript, { params: { conversation: id }, body: { id: idFor(to), to } })
          setBusy(false)
          if (!outcome.ok) return setWrong(why(outcome.code))
          tell(t(outcome.value.leaves ? 'transcriptSent' : 'transcriptKept', { to }))
          onClose()
        }}
      >
        <TextField type="email" name="to" label={t('email')} defaultValue={email} wrong={wrong} hint={t(mailStays ? 'mailStays' : 'transcriptHint')} required />
        <Button kind="primary" type="submit" disabled={busy}>{t('send')}</Button>
      </Form>
    </Dialog>
  )
}
