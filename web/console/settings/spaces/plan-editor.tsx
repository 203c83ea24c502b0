import { GripVertical } from 'lucide-react'
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { Floor, Position, Space } from '#contract/spaces.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { TextField } from '#web/ui/field.tsx'
import { PlanImage } from '../../spaces/floor-plan.tsx'
import { fromWidth, namesFromPx } from '../../spaces/plan-width.ts'
import { KindIcon } from '../../spaces/sign.tsx'
import { t } from '../../words.ts'
import { usePlaces, within } from './use-places.ts'

const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const stepOf = (isLarge: boolean): number => isLarge ? 0.05 : 0.005
const percent = (value: number): number => Math.round(value * 1000) / 10

/** Spaces are dragged to where they stand: with a pointer, with arrow keys, or by two numbers. */
export function PlanEditor({ floor, spaces, selected, onSelect }: { floor: Floor; spaces: readonly Space[]; selected: string | undefined; onSelect: (space: string) => void }) {
  const { positionOf, move, show } = usePlaces()
  const frame = useRef<HTMLDivElement>(null)
  const dragged = useRef<{ space: string; at: Position | undefined }>(undefined)
  const [said, setSaid] = useState('')
  /** From the tray: its place there stays as long as a finger holds it. */
  const [lifted, setLifted] = useState<string>()

  const at = ({ clientX, clientY }: PointerEvent): Position | undefined => {
    const image = frame.current?.querySelector('[role=group]')?.getBoundingClientRect()
    if (!image) return undefined
    const [x, y] = [(clientX - image.left) / image.width, (clientY - image.top) / image.height]
    return x < -0.02 || x > 1.02 || y < -0.02 || y > 1.02 ? undefined : { x: within(x), y: within(y) }
  }
  const handlers = (space: Space) => ({
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      dragged.current = { space: space.id, at: undefined }
      if (!positionOf(space)) setLifted(space.id)
      onSelect(space.id)
    },
    onPointerMove(event: PointerEvent) {
      if (dragged.current?.space !== space.id) return
      const to = at(event)
      if (!to) return
      dragged.current.at = to
      show(space.id, to)
    },
    onPointerCancel() {
      dragged.current = undefined
      setLifted(undefined)
    },
    onPointerUp() {
      const to = dragged.current?.at
      dragged.current = undefined
      setLifted(undefined)
      if (to) move(space.id, to, true)
    },
    onKeyDown(event: KeyboardEvent) {
      const by = arrows[event.key]
      const from = positionOf(space)
      if (!by || !from) return
      event.preventDefault()
      const to = { x: within(from.x + by[0] * stepOf(event.shiftKey)), y: within(from.y + by[1] * stepOf(event.shiftKey)) }
      move(space.id, to)
      setSaid(t('planMoved', { name: space.name, x: percent(to.x), y: percent(to.y) }))
    },
  })
  const placed = spaces.filter((s) => positionOf(s))
  const namesPx = floor.plan ? namesFromPx(floor.plan, placed.flatMap((s) => s.position ?? [])) : 0
  const unplaced = spaces.filter((s) => !positionOf(s) || s.id === lifted)
  const current = spaces.find((s) => s.id === selected)
  const position = current && positionOf(current)
  const set = (change: Partial<Position>): void => { if (current && position) move(current.id, { ...position, ...change }) }
  return (
    <div ref={frame} className="flex flex-col gap-3">
      {floor.plan && <p className="text-13 text-muted">{t('planDragHint')}</p>}
      <PlanImage floor={floor} positions={placed.flatMap((s) => s.position ?? [])} className="select-none">
        {placed.map((space) => {
          const to = positionOf(space) ?? { x: 0, y: 0 }
          return (
            <button
              key={space.id} type="button" data-space={space.id} aria-pressed={space.id === selected} aria-label={t('planMoved', { name: space.name, x: percent(to.x), y: percent(to.y) })}
              style={{ left: `${to.x * 100}%`, top: `${to.y * 100}%`, columnGap: space.id === selected ? 4 : fromWidth(namesPx, 4) }}
              className={cx(
                'absolute flex min-h-[26px] min-w-[26px] justify-center -translate-x-1/2 -translate-y-1/2 cursor-grab touch-none items-center rounded-full border-2 border-accent-ink p-[3px] text-12 leading-none font-medium shadow-sm active:cursor-grabbing',
                space.id === selected ? 'z-10 bg-accent text-on-accent' : 'bg-surface text-ink',
              )}
              onFocus={() => onSelect(space.id)} {...handlers(space)}
            >
              <KindIcon kind={space.kind} /><bdi className="truncate leading-[1.3]" style={{ maxWidth: space.id === selected ? 96 : fromWidth(namesPx, 96), paddingInlineEnd: space.id === selected ? 3 : fromWidth(namesPx, 3) }}>{space.name}</bdi>
            </button>
          )
        })}
      </PlanImage>
      <p role="status" className="sr-only">{said}</p>
      {floor.plan && (
        <section aria-label={t('planUnplaced')} className="flex flex-wrap items-center gap-2">
          <h3 className="text-12 font-medium text-muted">{t('planUnplaced')}</h3>
          {unplaced.length === 0 && <span className="text-13 text-muted">{t('planUnplacedNone')}</span>}
          {unplaced.map((space) => (
            <button
              key={space.id} type="button" aria-label={t('planPlace', { name: space.name })} data-space={space.id}
              className="inline-flex h-7 cursor-grab touch-none items-center gap-1 rounded-full border-2 border-dashed border-line bg-surface px-2 text-12 font-medium hover:bg-raised"
              onClick={() => { if (!positionOf(space)) move(space.id, { x: 0.5, y: 0.5 }, true) }} {...handlers(space)}
            >
              <GripVertical aria-hidden size={12} className="text-muted" /><bdi>{space.name}</bdi>
            </button>
          ))}
        </section>
      )}
      {current && position && (
        <div className="flex flex-wrap items-end gap-3">
          <p className="pb-2 text-13 font-medium"><bdi>{current.name}</bdi></p>
          <div className="w-32"><TextField type="number" min={0} max={100} step={0.1} label={t('planX')} value={percent(position.x)} onChange={(e) => set({ x: within(Number(e.target.value) / 100) })} /></div>
          <div className="w-32"><TextField type="number" min={0} max={100} step={0.1} label={t('planY')} value={percent(position.y)} onChange={(e) => set({ y: within(Number(e.target.value) / 100) })} /></div>
          <Button className="h-9!" onClick={() => move(current.id, null, true)}>{t('planTakeOff')}</Button>
        </div>
      )}
    </div>
  )
}
