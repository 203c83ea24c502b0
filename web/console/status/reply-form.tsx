import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { countAffected, replyToAffected } from '#contract/status-endpoints.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextArea } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { useCommandId } from '../live/use-command-id.ts'
import { ReadFailed } from '../read-failed.tsx'
import { FormFoot } from '../settings/form-foot.tsx'
import { why } from '../shell/notices.ts'
import { t } from '../words.ts'
import type { BoardIncident } from './incident-card.tsx'

/** It says beforehand how many will get it. */
export function ReplyForm({ incident, onClose, onDone }: { incident: BoardIncident; onClose: () => void; onDone: () => void }) {
  const { lodge } = useLive()
  const [wrong, setWrong] = useState<string>()
  const idFor = useCommandId()
  const query = useQuery({ queryKey: ['status-affected', incident.id], staleTime: 0, queryFn: async () => (await ask(lodge.call, countAffected, { params: { incident: incident.id } })).conversations })
  const n = query.data
  const send = async (form: HTMLFormElement): Promise<void> => {
    const text = field(form, 'text')
    const outcome = await lodge.call(replyToAffected, { params: { incident: incident.id }, body: { id: idFor(text), text } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    onDone()
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('spReplyTitle')} closeLabel={t('closeDialog')}>
      {n === undefined ? query.isError ? <ReadFailed title={t('listFailed')} onRetry={() => void query.refetch()} /> : <Skeleton className="h-24" />
        : n === 0 ? <div className="flex flex-col gap-4"><p className="text-14">{t('spReplyNone')}</p><div className="flex justify-end"><Button onClick={onClose}>{t('back')}</Button></div></div>
          : (
            <Form onSubmit={send}>
              <p className="text-14">{t('spReplyText', { n })}</p>
              <TextArea name="text" label={t('spReplyWords')} rows={5} maxLength={16_000} required />
              <FormFoot wrong={wrong} onClose={onClose} action={t('spReplySend')} />
            </Form>
          )}
    </Dialog>
  )
}
