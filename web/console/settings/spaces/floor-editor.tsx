import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowLeft, Ellipsis, Plus, QrCode as QrIcon } from 'lucide-react'
import { useState } from 'react'
import { unpairSpacePanel, type Space } from '#contract/spaces.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { MenuItem, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { useLive } from '../../live/live-context.ts'
import { floorsQuery, spacesQuery, useLocations } from '../../live/queries.ts'
import { Confirm } from '../../shell/confirm.tsx'
import { SpaceFacts } from '../../spaces/space-list.tsx'
import { useNow } from '../../use-now.ts'
import { Loading } from '../../visits/nothing.tsx'
import { ageOf } from '../../visits/when.ts'
import { ReadFailed } from '../../read-failed.tsx'
import { t } from '../../words.ts'
import { went } from '../page.tsx'
import { PanelCode } from './panel-code.tsx'
import { PlanEditor } from './plan-editor.tsx'
import { PlanUpload } from './plan-upload.tsx'
import { QrSheet } from './qr-sheet.tsx'
import { newSpace, SpaceForm } from './space-form.tsx'

const panelsEveryMs = 15_000

/** A floor: its image, its spaces, and where each stands. */
export function FloorEditor() {
  const { floor: id } = useParams({ strict: false })
  const { lodge, queries } = useLive()
  const floors = useQuery(floorsQuery(lodge.call))
  // How a panel is changes without any entry.
  const all = useQuery({ ...spacesQuery(lodge.call), refetchInterval: panelsEveryMs })
  const locations = useLocations()
  const [selected, setSelected] = useState<string>()
  const [editing, setEditing] = useState<Space>()
  const [pairing, setPairing] = useState<Space>()
  const [unpairing, setUnpairing] = useState<Space>()
  const [isPrinting, setPrinting] = useState(false)
  const floor = floors.data?.find((f) => f.id === id)
  if (!floor) {
    if (floors.isError) return <ReadFailed title={t('listFailed')} onRetry={() => void floors.refetch()} />
    return floors.data ? <EmptyState title={t('floorGone')} action={<Link to="/settings/spaces" className="text-accent-ink underline">{t('floorBack')}</Link>} /> : <Loading />
  }
  const spaces = (all.data ?? []).filter((s) => s.floor === floor.id)
  const active = spaces.filter((s) => s.active)
  const site = locations.find((l) => l.id === floor.location)
  const unpair = async (space: Space): Promise<void> => {
    went(await lodge.call(unpairSpacePanel, { params: { space: space.id } }), t('didUnpairPanel'))
    await queries.invalidateQueries({ queryKey: ['spaces'] })
  }
  return (
    <div data-wide className="flex flex-col gap-5">
      <header className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <Link to="/settings/spaces" className="inline-flex items-center gap-1.5 text-13 text-muted hover:text-ink"><ArrowLeft aria-hidden size={14} className="rtl:rotate-180" />{t('floorBack')}</Link>
          <h2 className="text-20 font-semibold"><bdi>{floor.name}</bdi></h2>
          <p className="text-13 text-muted"><bdi>{site?.name}</bdi></p>
        </div>
        {active.length > 0 && <Button icon={<QrIcon aria-hidden size={16} />} onClick={() => setPrinting(true)}>{t('qrSheet')}</Button>}
        <Button kind="primary" icon={<Plus aria-hidden size={16} />} onClick={() => setEditing(newSpace(floor.id, floor.location))}>{t('spaceNew')}</Button>
      </header>
      <PlanUpload floor={floor} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_320px]">
        <PlanEditor floor={floor} spaces={active} selected={selected} onSelect={setSelected} />
        <section aria-label={t('spacesOf', { floor: floor.name })}>
          {all.data && spaces.length === 0 && <p className="rounded-card border border-dashed border-line p-6 text-center text-13 text-muted">{t('spacesNone')}</p>}
          {spaces.length > 0 && (
            <ul className="divide-y divide-line rounded-card border border-line">
              {spaces.map((space) => (
                <li key={space.id} data-space={space.id} className={cx('flex items-center gap-2 px-3 py-2', space.id === selected && 'bg-raised')}>
                  <div className="min-w-0 flex-1">
                    <button type="button" className={cx('max-w-full truncate text-start font-medium hover:underline', !space.active && 'text-muted line-through')} onClick={() => setEditing(space)}><bdi>{space.name}</bdi></button>
                    <SpaceFacts space={space} />
                    <Facts space={space} />
                  </div>
                  <MenuRoot>
                    <MenuTrigger aria-label={t('actionsFor', { who: space.name })} className="inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised"><Ellipsis size={16} /></MenuTrigger>
                    <MenuSheet>
                      <MenuItem onSelect={() => setEditing(space)}>{t('change')}</MenuItem>
                      {space.active && <MenuItem onSelect={() => setPairing(space)}>{t('panelPair')}</MenuItem>}
                      {(space.panel === 'online' || space.panel === 'silent') && <MenuItem bad onSelect={() => setUnpairing(space)}>{t('panelUnpair')}</MenuItem>}
                    </MenuSheet>
                  </MenuRoot>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      {editing && <SpaceForm space={editing} isNew={!spaces.some((s) => s.id === editing.id)} onClose={() => setEditing(undefined)} />}
      {pairing && <PanelCode space={pairing} onClose={() => setPairing(undefined)} />}
      {isPrinting && <QrSheet floor={floor} spaces={active} onClose={() => setPrinting(false)} />}
      {unpairing && <Confirm title={t('panelUnpairTitle', { name: unpairing.name })} text={t('panelUnpairText')} verb={t('panelUnpair')} onYes={() => void unpair(unpairing)} onClose={() => setUnpairing(undefined)} />}
    </div>
  )
}

/** What is not as usual, in a line. */
function Facts({ space: { active, bookable, panel, panelSeenAt, checkIn } }: { space: Space }) {
  const now = useNow()
  const said = [
    !active && t('spaceInactive'), active && !bookable && t('spaceNotBookable'), checkIn && t('policyAsk'),
    panel === 'pairing' && t('panelState_pairing'), panel === 'online' && t('panelState_online'),
    panel === 'silent' && (panelSeenAt ? t('panelState_silent', { age: ageOf(Date.parse(panelSeenAt), now) }) : t('panelNever')),
  ].filter(Boolean)
  return said.length > 0 ? <p className={cx('text-12', panel === 'silent' ? 'text-warn' : 'text-muted')}>{said.join(' · ')}</p> : null
}
