import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Space } from '#contract/spaces.ts'
import { useLive } from '../live/live-context.ts'
import { useFloors, useSpaces } from '../live/queries.ts'
import { useNow } from '../use-now.ts'
import { dayIn } from '../visits/zone.ts'
import { minuteMs, spanOf, usualMinute } from './day.ts'
import type { SpacesSearch } from './search.ts'
import { useSite } from './spaces-screen.tsx'
import { isFree, stateOf, type SpaceState } from './state.ts'
import { useAvailability } from './use-availability.ts'

const route = getRouteApi('/inside/spaces')
export interface Shown { readonly space: Space; readonly state: SpaceState }

/** The floor that is open, the time that is asked for, and what each space is then. */
export function useFloor() {
  const site = useSite()
  const { session } = useLive()
  const navigate = useNavigate()
  const tick = useNow()
  const search = route.useSearch()
  const all = useFloors()
  const everywhere = useSpaces()
  const today = dayIn(site.zone, tick)
  const day = search.day ?? today
  const span = useMemo(() => spanOf(site.zone, day), [site.zone, day])
  const floors = useMemo(() => all.filter((f) => f.location === site.id && f.active).toSorted((a, b) => a.level - b.level || a.name.localeCompare(b.name)), [all, site.id])
  const ofSpace = everywhere.find((s) => s.id === search.space)?.floor
  const floor = floors.find((f) => f.id === search.floor) ?? floors.find((f) => f.id === ofSpace) ?? floors[0]
  const availability = useAvailability(floor?.id, day, span)

  // What began a second ago, by the server's clock, is not to come.
  const now = Math.max(tick, day === today ? availability.asOfMs ?? 0 : 0)
  const isNow = search.at === undefined && day === today
  const lasting = search.lasting ?? 0
  const begunMs = day === today ? now : span.startMs
  const fromMs = lasting === -1 ? begunMs : isNow ? now : span.startMs + (search.at ?? usualMinute(site.zone, day, site.opensAt, now)) * minuteMs
  const untilMs = lasting === -1 ? span.endMs : Math.min(span.endMs, fromMs + lasting * minuteMs)
  const { known } = availability
  const me = session.user.id
  const shown = useMemo(
    () => everywhere.filter((s) => s.floor === floor?.id && s.active).map((space) => ({ space, state: stateOf(space, known.get(space.id), { me, fromMs, untilMs }) })),
    [everywhere, floor?.id, known, me, fromMs, untilMs],
  )
  const { kind, seats = 1, free } = search
  const wanted = search.with ?? []
  const fitting = shown.filter(({ space, state }) =>
    (!kind || space.kind === kind) && space.capacity >= seats && wanted.every((e) => space.equipment.includes(e)) && (!free || isFree(state)))
  const ask = (change: Partial<SpacesSearch>): void => void navigate({ to: '/spaces', search: (before: SpacesSearch) => ({ ...before, ...change }), replace: true })
  return { site, me, now, today, day, span, floors, floor, availability, isNow, lasting, fromMs, untilMs, shown, fitting, search, ask, open: shown.find((s) => s.space.id === search.space) }
}
export type FloorView = ReturnType<typeof useFloor>
