import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { saveTeam, type Team } from '#contract/people.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { peopleQuery } from '../live/queries.ts'
import { tell, why } from '../shell/notices.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page } from './page.tsx'

export function Teams() {
  const { lodge, session } = useLive()
  const query = useQuery(peopleQuery(lodge.call))
  const [open, setOpen] = useState<Team>()
  const isAdmin = session.user.role === 'admin'
  const names = new Map(query.data?.users.map((u) => [u.id, u.name]))
  return (
    <Page title={t('settingsTeams')} text={t('settingsTeamsText')} action={isAdmin && <Button kind="primary" icon={<Plus size={16} />} onClick={() => setOpen({ id: newId(), name: '', members: [] })}>{t('teamNew')}</Button>}>
      <Lines query={query} lines={query.data?.teams} empty={t('teamsEmpty')}>
        {(team) => (
          <div className="flex min-h-14 items-center gap-3 px-4 py-2">
            <div className="min-w-0 flex-1"><p className="truncate font-medium"><bdi>{team.name}</bdi></p><p className="truncate text-12 text-muted">{team.members.flatMap((m) => names.get(m) ?? []).join(', ') || t('teamNobody')}</p></div>
            {isAdmin && <Button onClick={() => setOpen(team)}>{t('change')}</Button>}
          </div>
        )}
      </Lines>
      {open && <TeamForm team={open} onClose={() => setOpen(undefined)} />}
    </Page>
  )
}

function TeamForm({ team, onClose }: { team: Team; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const { data } = useQuery(peopleQuery(lodge.call))
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const outcome = await lodge.call(saveTeam, { params: { team: team.id }, body: { name: field(form, 'name'), members: new FormData(form).getAll('member').filter((one) => typeof one === 'string') } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    void queries.invalidateQueries({ queryKey: ['people'] })
    tell(t('didSave'))
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={team.name || t('teamNew')} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={team.name} maxLength={100} wrong={wrong} required />
        <fieldset><legend className="mb-1 text-13 font-medium">{t('members')}</legend>{data?.users.filter((u) => u.active).map((u) => <Check key={u.id} name="member" value={u.id} label={u.name} defaultChecked={team.members.includes(u.id)} />)}</fieldset>
        <FormFoot onClose={onClose} />
      </Form>
    </Dialog>
  )
}
