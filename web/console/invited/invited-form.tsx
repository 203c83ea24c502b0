import { CircleCheck } from 'lucide-react'
import { useRef, useState } from 'react'
import { fillInvited, type Invited } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form } from '#web/ui/form.tsx'
import { callPublic } from '../live/session.ts'
import { why } from '../shell/notices.ts'
import { insist } from '../visits/verbs.ts'
import { t } from '../words.ts'
import { changed, keepDraft, keptDraft, type Draft } from './draft.ts'

interface Props { invited: Invited; onSaved: (invited: Invited) => void; onGone: () => void }

export function InvitedForm({ invited, onSaved, onGone }: Props) {
  const { code, asks } = invited
  const [draft, setDraft] = useState<Draft>(() => keptDraft(code))
  const latest = useRef(draft)
  /** The same words sent again are the same attempt: they are saved once. Other words are another. */
  const attempt = useRef<{ id: string; words: string }>(undefined)
  const [state, setState] = useState<'rest' | 'busy' | 'saved'>('rest')
  const [wrong, setWrong] = useState<string>()
  const set = (next: Draft): void => {
    latest.current = next
    setDraft(next)
    keepDraft(code, next)
  }
  const type = (change: Draft): void => {
    if (state === 'saved') setState('rest')
    set({ ...latest.current, ...change })
  }

  const save = async (): Promise<void> => {
    if (state === 'busy') return
    const sent = latest.current
    const body = changed(sent, invited)
    setWrong(undefined)
    if (Object.keys(body).length > 0) {
      const words = JSON.stringify(body)
      if (attempt.current?.words !== words) attempt.current = { id: newId(), words }
      const { id } = attempt.current
      setState('busy')
      const outcome = await insist(async () => callPublic(fillInvited, { params: { code }, body: { id, ...body } }))
      if (!outcome.ok) {
        setState('rest')
        return outcome.code === 'gone' || outcome.code === 'not_found' ? onGone() : setWrong(why(outcome.code))
      }
      onSaved(outcome.value)
    }
    // What was typed while this was on its way is not saved yet.
    const isAll = latest.current === sent
    if (isAll) set({})
    setState(isAll ? 'saved' : 'rest')
  }

  const look = { className: 'h-11! text-16!', maxLength: 200 }
  return (
    <Form onSubmit={save}>
      {asks.map(({ key, label, required }) => (
        <TextField
          key={key} name={`field-${key}`} label={label} required={required} {...look} maxLength={500} autoComplete="off"
          hint={required ? undefined : t('invitedOptional')} value={draft.fields?.[key] ?? invited.fields[key] ?? ''}
          onChange={(e) => type({ fields: { ...latest.current.fields, [key]: e.target.value } })}
        />
      ))}
      <TextField
        name="company" label={t('company')} hint={t('invitedOptional')} {...look} autoComplete="organization" value={draft.company ?? invited.company}
        onChange={(e) => type({ company: e.target.value })}
      />
      <TextField
        name="phone" type="tel" label={t('phone')} hint={t('invitedOptional')} {...look} maxLength={40} autoComplete="tel"
        value={draft.phone ?? invited.phone ?? ''}
        onChange={(e) => type({ phone: e.target.value })}
      />
      {wrong && <p role="alert" className="text-14 text-bad">{t('invitedNotSaved', { why: wrong })}</p>}
      <p role="status" className="empty:hidden flex items-center gap-2 text-14">
        {state === 'saved' && <><CircleCheck aria-hidden size={18} className="text-good" />{t('invitedSaved')}</>}
      </p>
      <Button kind="primary" type="submit" disabled={state === 'busy'} className="h-11 text-16!">{state === 'busy' ? t('invitedSaving') : t('save')}</Button>
    </Form>
  )
}
