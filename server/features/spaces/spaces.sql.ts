import type { CheckInPolicy, Floor, PlanType, Position, Space, SpaceKind } from '#contract/spaces.ts'
import { sql } from '#server/db/sql.ts'

const floorColumns = sql`f.id, f.location_id as location, f.name, f.level, f.active,
  case when f.plan_version is not null then json_build_object('version', f.plan_version, 'mediaType', f.plan_type, 'widthPx', f.plan_width, 'heightPx', f.plan_height) end as plan`
export const selectFloors = (account: string, location?: string) => sql<Floor>`
  select ${floorColumns} from floors f join locations l on l.account_id = f.account_id and l.id = f.location_id
  where f.account_id = ${account} and (${location ?? null}::uuid is null or f.location_id = ${location ?? null}) order by lower(l.name), l.id, f.level, lower(f.name), f.id`
/** A floor stays at its location: nothing is written, and no row returned, for another. */
export const upsertFloor = (account: string, f: { id: string; location: string; name: string; level: number | null; active: boolean | null }) => sql<Floor>`
  insert into floors as f (account_id, id, location_id, name, level, active) values (${account}, ${f.id}, ${f.location}, ${f.name}, coalesce(${f.level}::integer, 0), coalesce(${f.active}::boolean, true))
  on conflict (account_id, id) do update set name = excluded.name, level = coalesce(${f.level}::integer, f.level), active = coalesce(${f.active}::boolean, f.active)
  where f.location_id = excluded.location_id returning ${floorColumns}`

export interface PlanRow { version: string; mediaType: PlanType; widthPx: number; heightPx: number; bytes: Uint8Array }
export const updatePlan = (account: string, floor: string, p: PlanRow | null) => sql<Floor>`
  update floors as f set plan = ${p && Buffer.from(p.bytes)}::bytea, plan_version = ${p?.version ?? null}, plan_type = ${p?.mediaType ?? null}, plan_width = ${p?.widthPx ?? null}::integer, plan_height = ${p?.heightPx ?? null}::integer
  where f.account_id = ${account} and f.id = ${floor} returning ${floorColumns}`
export const selectPlan = (account: string, floor: string) => sql<{ version: string; mediaType: PlanType; bytes: Buffer }>`
  select plan_version as version, plan_type as "mediaType", plan as bytes from floors where account_id = ${account} and id = ${floor} and plan is not null`

/** A panel that was not heard of for three beats is silent. */
export const spaceColumns = sql`s.id, s.floor_id as floor, s.location_id as location, s.name, s.kind, s.capacity, s.equipment, s.bookable, s.active, s.panel_shows_names as "panelShowsNames", s.code,
  case when s.x is not null then json_build_object('x', s.x, 'y', s.y) end as position,
  case when s.opens_before is not null then json_build_object('opensBeforeMinutes', s.opens_before, 'releasesAfterMinutes', s.releases_after, 'wholeDayUntil', s.whole_day_until) end as "checkIn",
  case when s.panel_token_hash is null then case when s.panel_code_expires_at > now() then 'pairing' else 'none' end
    when s.panel_seen_at > now() - interval '45 seconds' then 'online' else 'silent' end as panel,
  case when s.panel_token_hash is not null then s.panel_seen_at end as "panelSeenAt"`
export interface SpaceFilter { location?: string; floor?: string; kind?: SpaceKind; inactive?: boolean }
/** Desk 2 comes before desk 10: by the text before the first number, then by the number. */
export const selectSpaces = (account: string, { location, floor, kind, inactive = false }: SpaceFilter) => sql<Space>`
  select ${spaceColumns} from spaces s join floors f on f.account_id = s.account_id and f.id = s.floor_id
  where s.account_id = ${account} and (${location ?? null}::uuid is null or s.location_id = ${location ?? null}) and (${floor ?? null}::uuid is null or s.floor_id = ${floor ?? null})
    and (${kind ?? null}::text is null or s.kind = ${kind ?? null}) and (s.active or ${inactive})
  order by s.location_id, f.level, f.id, lower(substring(s.name from '^\\D*')), coalesce(substring(s.name from '\\d{1,9}')::bigint, -1), lower(s.name), s.id`
export const selectSpace = (account: string, id: string) => sql<Space>`select ${spaceColumns} from spaces s where s.account_id = ${account} and s.id = ${id}`

export interface SpaceChange {
  id: string; floor: string; name: string; kind: SpaceKind; code: string; capacity: number | null; equipment: readonly string[] | null; position: Position | null | undefined; bookable: boolean | null
  checkIn: CheckInPolicy | null | undefined; active: boolean | null; panelShowsNames: boolean | null
}
/** A space moves to another floor of its location only: no row otherwise. */
export const upsertSpace = (account: string, s: SpaceChange) => sql<{ id: string }>`
  insert into spaces as s (account_id, id, floor_id, location_id, name, kind, code, capacity, equipment, x, y, bookable, active, opens_before, releases_after, whole_day_until, panel_shows_names)
  select ${account}, ${s.id}, f.id, f.location_id, ${s.name}, ${s.kind}, ${s.code}, coalesce(${s.capacity}::integer, 1), coalesce(${s.equipment}::text[], '{}'), ${s.position?.x ?? null}::float8, ${s.position?.y ?? null}::float8,
    coalesce(${s.bookable}::boolean, true), coalesce(${s.active}::boolean, true), ${s.checkIn?.opensBeforeMinutes ?? null}::integer, ${s.checkIn?.releasesAfterMinutes ?? null}::integer, ${s.checkIn?.wholeDayUntil ?? null},
    coalesce(${s.panelShowsNames}::boolean, true)
  from floors f where f.account_id = ${account} and f.id = ${s.floor}
  on conflict (account_id, id) do update set floor_id = excluded.floor_id, name = excluded.name, kind = excluded.kind, capacity = coalesce(${s.capacity}::integer, s.capacity), equipment = coalesce(${s.equipment}::text[], s.equipment),
    x = case when ${s.position === undefined} then s.x else excluded.x end, y = case when ${s.position === undefined} then s.y else excluded.y end,
    bookable = coalesce(${s.bookable}::boolean, s.bookable), active = coalesce(${s.active}::boolean, s.active),
    opens_before = case when ${s.checkIn === undefined} then s.opens_before else excluded.opens_before end, releases_after = case when ${s.checkIn === undefined} then s.releases_after else excluded.releases_after end,
    whole_day_until = case when ${s.checkIn === undefined} then s.whole_day_until else excluded.whole_day_until end, panel_shows_names = coalesce(${s.panelShowsNames}::boolean, s.panel_shows_names)
  where s.location_id = excluded.location_id returning s.id`
export const updatePosition = (account: string, id: string, at: Position | null) => sql<Space>`
  update spaces as s set x = ${at?.x ?? null}::float8, y = ${at?.y ?? null}::float8 where s.account_id = ${account} and s.id = ${id} returning ${spaceColumns}`
export const floorOpensAt = (account: string, floor: string) => sql<{ opensAt: string }>`
  select l.opens_at as "opensAt" from floors f join locations l on l.account_id = f.account_id and l.id = f.location_id where f.account_id = ${account} and f.id = ${floor}`

// Panels
export const setPanelCode = (account: string, space: string, codeHash: Buffer, expiresAt: string) => sql`
  update spaces set panel_code_hash = ${codeHash}, panel_code_expires_at = ${expiresAt}::timestamptz where account_id = ${account} and id = ${space}`
/** The code is used up; a device that was paired before is cut off. Code and token are what finds the account. */
export const pairPanel = (codeHash: Buffer, tokenHash: Buffer, panel: string) => sql<{ account: string; space: string }>`
  update spaces set panel_code_hash = null, panel_code_expires_at = null, panel_token_hash = ${tokenHash}, panel_id = ${panel}, panel_seen_at = now()
  where panel_code_hash = ${codeHash} and panel_code_expires_at > now() returning account_id as account, id as space`
export const unpairPanel = (account: string, space: string) => sql`
  update spaces set panel_code_hash = null, panel_code_expires_at = null, panel_token_hash = null, panel_id = null, panel_seen_at = null where account_id = ${account} and id = ${space}`
export const panelOfToken = (tokenHash: Buffer) => sql<{ account: string; panel: string }>`select account_id as account, panel_id as panel from spaces where panel_token_hash = ${tokenHash}`
export const spaceOfPanel = (account: string, panel: string) => sql<{ space: string; location: string }>`select id as space, location_id as location from spaces where account_id = ${account} and panel_id = ${panel}`
