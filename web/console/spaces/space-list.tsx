import { Users } from 'lucide-react'
import type { Space } from '#contract/spaces.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { t } from '../words.ts'
import { stateSaid } from './said.ts'
import { KindIcon, Seal } from './sign.tsx'
import { isFree } from './state.ts'
import type { Shown } from './use-floor.ts'

interface Props { shown: readonly Shown[]; zone: string; fromMs: number; selected: string | undefined; readOnly: boolean; onOpen: (space: string) => void; onBook: (space: Space) => void }

/** The same as the plan, line by line. */
export function SpaceList({ shown, zone, fromMs, selected, readOnly, onOpen, onBook }: Props) {
  return (
    <ul className="divide-y divide-line">
      {shown.map(({ space, state }) => (
        <li key={space.id} data-space={space.id} data-state={state.kind} className={cx('relative flex items-center gap-3 px-4 py-2', space.id === selected && 'bg-raised')}>
          <Seal kind={state.kind} />
          <div className="min-w-0 flex-1">
            <button type="button" aria-pressed={space.id === selected} className="block w-full font-medium after:absolute after:inset-0" onClick={() => onOpen(space.id)}>
              <bdi className="along block truncate">{space.name}</bdi>
            </button>
            <p className="truncate text-13">{stateSaid(state, zone, fromMs)}</p>
            <SpaceFacts space={space} />
          </div>
          {isFree(state) && <Button className="relative" aria-label={t('bookNamed', { name: space.name })} disabled={readOnly} onClick={() => onBook(space)}>{t('book')}</Button>}
        </li>
      ))}
    </ul>
  )
}

export function SpaceFacts({ space, all = false }: { space: Space; all?: boolean }) {
  return (
    <p className={cx('flex items-center gap-x-2.5 text-12 text-muted', all ? 'flex-wrap gap-y-1' : 'overflow-hidden whitespace-nowrap')}>
      <span className="inline-flex shrink-0 items-center gap-1"><KindIcon kind={space.kind} />{t(`kind_${space.kind}`)}</span>
      {space.capacity > 1 && <span className="inline-flex shrink-0 items-center gap-1"><Users aria-hidden size={14} />{t('seats', { n: space.capacity })}</span>}
      {space.equipment.length > 0 && <span className={all ? '' : 'truncate'}>{space.equipment.join(', ')}</span>}
    </p>
  )
}
