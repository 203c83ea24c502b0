import { ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { cx } from '#web/ui/cx.ts'
import { Check, control } from '#web/ui/field.tsx'
import { sheet } from '#web/ui/menu.tsx'
import { t } from '../words.ts'
import { spaceKinds } from './search.ts'
import type { FloorView } from './use-floor.ts'

const small = `${control} h-8 w-auto! py-0! text-13!`

export function FilterBar({ floor: { floors, floor, shown, search, ask } }: { floor: FloorView }) {
  const equipment = [...new Set(shown.flatMap(({ space }) => space.equipment))].toSorted((a, b) => a.localeCompare(b))
  const wanted = search.with ?? []
  return (
    <div className="flex flex-wrap items-center gap-2">
      {floors.length > 1 && (
        <select aria-label={t('floor')} value={floor?.id} className={cx(small, 'font-medium')} onChange={(e) => ask({ floor: e.target.value, space: undefined })}>
          {floors.map((f) => <option key={f.id} value={f.id}>{f.name}</option>)}
        </select>
      )}
      <select aria-label={t('filterKind')} value={search.kind ?? ''} className={small} onChange={(e) => ask({ kind: spaceKinds.find((k) => k === e.target.value) })}>
        <option value="">{t('filterKindAny')}</option>
        {spaceKinds.map((k) => <option key={k} value={k}>{t(`kinds_${k}`)}</option>)}
      </select>
      <label className="flex items-center gap-1.5 text-13 text-muted">
        {t('filterSeats')}
        <input
          type="number" min={1} max={1000} inputMode="numeric" value={search.seats ?? ''} placeholder="1" className={`${control} h-8 w-16! py-0! text-13!`}
          onChange={(e) => ask({ seats: Number(e.target.value) > 1 ? Math.floor(Number(e.target.value)) : undefined })}
        />
      </label>
      {equipment.length > 0 && (
        <Popover.Root>
          <Popover.Trigger className={cx(small, 'inline-flex items-center gap-1.5 hover:bg-raised')} aria-label={`${t('filterEquipment')}: ${wanted.length > 0 ? t('filterEquipmentSome', { n: wanted.length }) : t('filterEquipmentAny')}`}>
            {wanted.length > 0 ? t('filterEquipmentSome', { n: wanted.length }) : t('filterEquipmentAny')}<ChevronDown aria-hidden size={14} className="text-muted" />
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Content align="start" sideOffset={4} collisionPadding={8} aria-label={t('filterEquipment')} className={cx(sheet, 'max-h-72 w-56 overflow-y-auto px-3 py-2')}>
              {equipment.map((e) => (
                <Check
                  key={e} label={e} checked={wanted.includes(e)}
                  onChange={(event) => { const next = event.target.checked ? [...wanted, e] : wanted.filter((w) => w !== e); ask({ with: next.length > 0 ? next : undefined }) }}
                />
              ))}
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      )}
      <label className="flex h-8 items-center gap-2 px-1 text-13">
        <input type="checkbox" className="size-4 accent-(--accent-ink)" checked={search.free === true} onChange={(e) => ask({ free: e.target.checked ? true : undefined })} />{t('filterFree')}
      </label>
    </div>
  )
}
