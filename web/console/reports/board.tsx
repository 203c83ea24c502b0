import { Maximize, Minimize } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Board } from '#contract/reports.ts'
import { Avatar } from '#web/ui/avatar.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { clock } from '../times.ts'
import { useSecond } from '../use-now.ts'
import { useAway } from '../visits/use-away.ts'
import { t } from '../words.ts'
import { count, duration } from './durations.ts'
import { useBoard } from './use-board.ts'

/** How it stands now, in figures that are read from across a room. On a wall it fills the screen. */
export function LiveBoard() {
  const board = useBoard()
  const away = useAway()
  const place = useRef<HTMLElement>(null)
  const [isWall, setIsWall] = useState(false)
  useEffect(() => {
    const changed = (): void => setIsWall(document.fullscreenElement === place.current)
    document.addEventListener('fullscreenchange', changed)
    return () => document.removeEventListener('fullscreenchange', changed)
  }, [])
  const toggle = (): void => void (isWall ? document.exitFullscreen() : place.current?.requestFullscreen())
  return (
    <section ref={place} aria-label={t('boardNow')} className="group/board flex flex-col gap-4 bg-paper [&:fullscreen]:justify-center [&:fullscreen]:gap-12 [&:fullscreen]:overflow-auto [&:fullscreen]:p-12">
      <div className="flex items-center gap-3">
        <h3 className="text-16 font-semibold group-[:fullscreen]/board:text-28">{t('boardNow')}</h3>
        {away && board && <p role="status" className="text-12 text-warn">{t('boardOld', { time: clock(board.asOf) })}</p>}
        <span className="flex-1" />
        {document.fullscreenEnabled && <IconButton label={isWall ? t('boardWallEnd') : t('boardWall')} onClick={toggle}>{isWall ? <Minimize size={16} /> : <Maximize size={16} />}</IconButton>}
      </div>
      {board ? <Shown board={board} isStill={away} /> : away ? <p role="status" className="rounded-card border border-dashed border-line p-6 text-center text-13 text-muted">{t('readFailedText')}</p> : <div aria-busy><Skeleton className="h-24" /></div>}
    </section>
  )
}

function Shown({ board, isStill }: { board: Board; isStill: boolean }) {
  const nowMs = useSecond(board.waitingSince !== null && !isStill)
  const sum = (of: (place: Board['places'][number]) => number): number => board.places.reduce((all, place) => all + of(place), 0)
  const online = board.agents.filter((a) => a.state === 'online').length
  const shown = board.agents.filter((a) => a.state !== 'offline' || a.open > 0)
  const [atDoor, expected] = [sum((p) => p.atDoor), sum((p) => p.expected)]
  return (
    <>
      <dl className="flex flex-wrap gap-px overflow-hidden rounded-card border border-line bg-line">
        <Big label={t('boardWaiting')} value={board.waiting} isUrgent={board.waiting > 0} hint={board.waitingSince === null ? t('boardNobodyWaits') : t('boardLongest', { age: duration(Math.max(0, (isStill ? Date.parse(board.asOf) : nowMs) - Date.parse(board.waitingSince))) })} />
        <Big label={t('boardOpen')} value={board.open} hint={board.open > 0 && board.unassigned === 0 ? t('boardAllAssigned') : t('boardUnassigned', { n: board.unassigned })} />
        <Big label={t('boardOnline')} value={online} hint={t('boardOfPeople', { n: board.agents.length })} />
        {board.places.length > 0 && <Big label={t('boardOnSite')} value={sum((p) => p.onSite)} hint={atDoor > 0 ? t('boardAtDoor', { n: atDoor }) : expected > 0 ? t('boardExpected', { n: expected }) : t('boardNobodyExpected')} />}
        {board.places.length > 0 && <Big label={t('boardBooked')} value={sum((p) => p.booked)} hint={t('boardCheckedIn', { n: sum((p) => p.checkedIn) })} />}
      </dl>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <Lines title={t('boardPeople')}>
          {shown.length === 0 && <li className="px-3 py-2 text-13 text-muted">{t('boardNobodyThere')}</li>}
          {shown.map((a) => (
            <li key={a.id} className="flex items-center gap-3 px-3 py-2 text-13 group-[:fullscreen]/board:text-20">
              <Avatar name={a.name} size="sm" {...(a.state !== 'offline' && { presence: a.state })} />
              <bdi className="min-w-0 flex-1 truncate">{a.name}</bdi>
              <span className="text-12 text-muted group-[:fullscreen]/board:text-16 max-sm:sr-only">{t(a.state === 'online' ? 'presenceOnline' : a.state === 'away' ? 'presenceAway' : 'presenceOffline')}</span>
              <span className="figures text-end sm:min-w-20">{t('boardLoad', { n: a.open })}</span>
              <span className={a.waiting > 0 ? 'figures text-end font-medium sm:min-w-24' : 'figures text-end text-muted sm:min-w-24'}>{t('boardLoadWaiting', { n: a.waiting })}</span>
            </li>
          ))}
        </Lines>
        {board.places.length > 1 && (
          <Lines title={t('boardPlaces')}>
            {board.places.map((p) => (
              <li key={p.location} className="flex items-center gap-3 px-3 py-2 text-13 group-[:fullscreen]/board:text-20">
                <bdi className="min-w-0 flex-1 truncate">{p.name}</bdi>
                <span className="figures">{`${t('boardOnSite')} ${count(p.onSite)}`}</span><span className="figures text-muted">{`${t('boardBooked')} ${count(p.booked)}`}</span>
              </li>
            ))}
          </Lines>
        )}
      </div>
    </>
  )
}

function Big({ label, value, hint, isUrgent = false }: { label: string; value: number; hint: string; isUrgent?: boolean }) {
  return (
    <div className="flex flex-1 basis-36 flex-col gap-1 bg-surface p-4 group-[:fullscreen]/board:p-8">
      <dt className="text-13 text-muted group-[:fullscreen]/board:text-20">{label}</dt>
      <dd className={isUrgent ? 'figures text-28 font-semibold text-accent-ink group-[:fullscreen]/board:text-[96px] group-[:fullscreen]/board:leading-none' : 'figures text-28 font-semibold group-[:fullscreen]/board:text-[96px] group-[:fullscreen]/board:leading-none'}>{count(value)}</dd>
      <dd className="figures text-12 text-muted group-[:fullscreen]/board:text-20">{hint}</dd>
    </div>
  )
}

const Lines = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <h4 className="pb-1.5 text-13 text-muted group-[:fullscreen]/board:text-20">{title}</h4>
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">{children}</ul>
  </div>
)
