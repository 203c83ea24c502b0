import { useState } from 'react'
import { saveSpace, type Space, type SpaceKind } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, Select, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../../live/live-context.ts'
import { useFloors, useLocations } from '../../live/queries.ts'
import { whyNot } from '../../shell/notices.ts'
import { spaceKinds } from '../../spaces/search.ts'
import { t } from '../../words.ts'
import { FormFoot } from '../form-foot.tsx'
import { went } from '../page.tsx'
import { PolicyFields, policyProblem } from './policy-fields.tsx'

export const newSpace = (floor: string, location: string): Space => ({
  id: newId(), floor, location, name: '', kind: 'desk', capacity: 1, equipment: [], position: null, bookable: true, checkIn: null, active: true, panelShowsNames: true,
  code: '', panel: 'none', panelSeenAt: null,
})

export function SpaceForm({ space, isNew, onClose }: { space: Space; isNew: boolean; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const floors = useFloors()
  const opensAt = useLocations().find((l) => l.id === space.location)?.opensAt ?? '00:00'
  const [kind, setKind] = useState<SpaceKind>(space.kind)
  const [policy, setPolicy] = useState(space.checkIn)
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    if (policy && policyProblem(policy, opensAt)) return
    const is = (name: string): boolean => field(form, name) === 'on'
    const outcome = await lodge.call(saveSpace, { params: { space: space.id }, body: {
      floor: field(form, 'floor') || space.floor, name: field(form, 'name'), kind, capacity: Number(field(form, 'capacity')),
      equipment: [...new Set(field(form, 'equipment').split(',').map((e) => e.trim()).filter(Boolean))], bookable: is('bookable'), checkIn: policy, active: isNew || is('active'), panelShowsNames: kind === 'room' ? is('panelShowsNames') : space.panelShowsNames,
    } })
    if (!outcome.ok) return setWrong(whyNot(outcome))
    await queries.invalidateQueries({ queryKey: ['spaces'] })
    went(outcome, t('didSave'))
    onClose()
  }
  const own = floors.filter((f) => f.location === space.location && (f.active || f.id === space.floor))
  return (
    <Dialog open onClose={onClose} title={isNew ? t('spaceNew') : space.name} closeLabel={t('closeDialog')} className="w-[min(540px,calc(100vw-24px))]! max-h-[88vh]! top-[6vh]!">
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={space.name} maxLength={100} placeholder={t('spaceExample')} required />
        <div className="grid grid-cols-2 gap-3">
          <Select label={t('spaceKind')} value={kind} options={spaceKinds.map((k) => [k, t(`kind_${k}`)] as const)} onChange={(e) => setKind(spaceKinds.find((k) => k === e.target.value) ?? 'desk')} />
          <TextField name="capacity" type="number" min={1} max={1000} label={t('spaceCapacity')} defaultValue={space.capacity} required />
        </div>
        {own.length > 1 && <Select name="floor" label={t('floor')} defaultValue={space.floor} options={own.map((f) => [f.id, f.name] as const)} />}
        <TextField name="equipment" label={t('spaceEquipment')} hint={t('spaceEquipmentHint')} defaultValue={space.equipment.join(', ')} maxLength={1200} />
        <Check name="bookable" label={t('spaceBookable')} hint={t('spaceBookableHint')} defaultChecked={space.bookable} />
        {kind === 'room' && <Check name="panelShowsNames" label={t('spaceShowsNames')} hint={t('spaceShowsNamesHint')} defaultChecked={space.panelShowsNames} />}
        {!isNew && <Check name="active" label={t('spaceActive')} hint={t('spaceActiveHint')} defaultChecked={space.active} />}
        <PolicyFields policy={policy} opensAt={opensAt} onChange={setPolicy} />
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
