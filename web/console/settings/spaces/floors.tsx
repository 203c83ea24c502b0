import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, Plus } from 'lucide-react'
import { useState } from 'react'
import { saveFloor, type Floor } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { Dialog } from '#web/ui/dialog.tsx'
import { Check, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../../live/live-context.ts'
import { floorsQuery, useLocations, useSpaces } from '../../live/queries.ts'
import { whyNot } from '../../shell/notices.ts'
import { t } from '../../words.ts'
import { FormFoot } from '../form-foot.tsx'
import { NeedsLocation } from '../needs-location.tsx'
import { Lines, Page, went } from '../page.tsx'

/** Floors by location; what is on one is set on its own page. */
export function Floors() {
  const { lodge } = useLive()
  const query = useQuery(floorsQuery(lodge.call))
  const locations = useLocations()
  const spaces = useSpaces()
  const [editing, setEditing] = useState<Floor>()
  return (
    <Page title={t('settingsSpaces')} text={t('settingsSpacesText')}>
      {query.data && locations.length === 0 && <NeedsLocation text={t('floorNeedsLocation')} />}
      <Lines query={query} lines={query.data && locations.toSorted((a, b) => a.name.localeCompare(b.name))} empty={t('floorsOfNone')}>
        {(site) => {
          const own = (query.data ?? []).filter((f) => f.location === site.id).toSorted((a, b) => b.level - a.level)
          return (
            <div className="flex flex-col gap-2 p-4">
              <div className="flex items-center gap-3">
                <h3 className="min-w-0 flex-1 truncate font-medium"><bdi>{site.name}</bdi></h3>
                <Button icon={<Plus aria-hidden size={16} />} onClick={() => setEditing({ id: newId(), location: site.id, name: '', level: own.length === 0 ? 0 : Math.max(...own.map((f) => f.level)) + 1, plan: null, active: true })}>{t('floorNew')}</Button>
              </div>
              {own.length === 0 && <p className="text-13 text-muted">{t('floorsOfNone')}</p>}
              <ul className="flex flex-col">
                {own.map((floor) => (
                  <li key={floor.id} className="flex items-center gap-3 border-t border-line py-2">
                    <span className="figures w-8 shrink-0 text-center text-13 text-muted">{floor.level}</span>
                    <div className="min-w-0 flex-1">
                      <Link to="/settings/spaces/$floor" params={{ floor: floor.id }} className={cx('font-medium hover:underline', !floor.active && 'text-muted line-through')}><bdi>{floor.name}</bdi></Link>
                      <p className="text-12 text-muted">{[t('floorSpaces', { n: spaces.filter((s) => s.floor === floor.id && s.active).length }), !floor.plan && t('floorNoPlan'), !floor.active && t('floorInactive')].filter(Boolean).join(' · ')}</p>
                    </div>
                    <Button aria-label={`${t('change')}: ${floor.name}`} onClick={() => setEditing(floor)}>{t('change')}</Button>
                    <Link to="/settings/spaces/$floor" params={{ floor: floor.id }} className="inline-flex h-8 items-center gap-1 rounded-control border border-line bg-surface px-3 text-13 hover:bg-raised">
                      <span className="max-sm:sr-only">{t('floorOpen')}</span><ChevronRight aria-hidden size={14} className="rtl:rotate-180" />
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          )
        }}
      </Lines>
      {editing && <FloorForm floor={editing} isNew={!query.data?.some((f) => f.id === editing.id)} onClose={() => setEditing(undefined)} />}
    </Page>
  )
}

function FloorForm({ floor, isNew, onClose }: { floor: Floor; isNew: boolean; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const outcome = await lodge.call(saveFloor, { params: { floor: floor.id }, body: { location: floor.location, name: field(form, 'name'), level: Number(field(form, 'level')), active: isNew || field(form, 'active') === 'on' } })
    if (!outcome.ok) return setWrong(whyNot(outcome))
    await queries.invalidateQueries({ queryKey: ['floors'] })
    went(outcome, t('didSave'))
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={isNew ? t('floorNew') : floor.name} closeLabel={t('closeDialog')}>
      <Form onSubmit={save}>
        <TextField name="name" label={t('name')} defaultValue={floor.name} maxLength={100} placeholder={t('floorExample')} required />
        <TextField name="level" type="number" min={-20} max={300} label={t('floorLevel')} hint={t('floorLevelHint')} defaultValue={floor.level} required />
        {!isNew && <Check name="active" label={t('floorActive')} hint={t('floorActiveHint')} defaultChecked={floor.active} />}
        <FormFoot wrong={wrong} onClose={onClose} />
      </Form>
    </Dialog>
  )
}
