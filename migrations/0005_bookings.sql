-- Floors, spaces, and who has which when.

create extension if not exists btree_gist;

create table floors (
  account_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  name text not null,
  level integer not null default 0,
  active boolean not null default true,
  plan bytea,
  plan_version text,
  plan_type text,
  plan_width integer,
  plan_height integer,
  primary key (account_id, id),
  foreign key (account_id, location_id) references locations (account_id, id)
);
create index floors_by_location on floors (account_id, location_id);

create table spaces (
  account_id uuid not null,
  id uuid not null,
  floor_id uuid not null,
  location_id uuid not null,  -- the floor's, for ever: bookings name it too
  name text not null,
  kind text not null check (kind in ('desk', 'room', 'spot')),
  capacity integer not null default 1 check (capacity >= 1),
  equipment text[] not null default '{}',
  x double precision,
  y double precision,
  bookable boolean not null default true,
  active boolean not null default true,
  opens_before integer,       -- minutes; null: nobody has to check in
  releases_after integer check (releases_after >= 5),
  whole_day_until text,
  panel_shows_names boolean not null default true,
  code text not null,         -- of the QR code at the space
  panel_id uuid,              -- of the device that is paired; a new one with each pairing
  panel_code_hash bytea,
  panel_code_expires_at timestamptz,
  panel_token_hash bytea,
  panel_seen_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, floor_id) references floors (account_id, id),
  foreign key (account_id, location_id) references locations (account_id, id),
  check ((x is null) = (y is null)),
  check ((opens_before is null) = (releases_after is null) and (opens_before is null) = (whole_day_until is null))
);
create index spaces_by_floor on spaces (account_id, floor_id);
create unique index spaces_code on spaces (code);
create unique index spaces_panel_code on spaces (panel_code_hash) where panel_code_hash is not null;
create unique index spaces_panel on spaces (account_id, panel_id) where panel_id is not null;
create unique index spaces_panel_token on spaces (panel_token_hash) where panel_token_hash is not null;

create table booking_series (
  account_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  location_id uuid not null,
  title text not null default '',
  user_id uuid,
  booked_by uuid,
  rrule text not null,
  day date not null,
  time text,                  -- null: whole days
  minutes integer,
  booked_until date,          -- every occurrence up to here was tried; null: there are no more
  cancelled_from timestamptz,
  skipped jsonb not null default '[]',
  digest bytea not null,      -- of what was asked: tells a repeat from a reused id
  created_at timestamptz not null default now(),
  primary key (account_id, id),
  foreign key (account_id, space_id) references spaces (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, booked_by) references users (account_id, id)
);
create index booking_series_to_extend on booking_series (booked_until) where booked_until is not null and cancelled_from is null;

create table bookings (
  account_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  location_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  whole_day boolean not null default false,
  day date not null,          -- the first, in the location's calendar
  title text not null default '',
  status text not null default 'booked' check (status in ('booked', 'checked_in', 'ended', 'cancelled')),
  reason text check (reason in ('person', 'admin', 'no_show', 'closure', 'series')),
  user_id uuid,               -- null: booked at the panel, for nobody in particular
  booked_by uuid,             -- who did it, if somebody else
  series_id uuid,
  opens_at timestamptz,       -- of the check-in window; null: nobody has to check in
  closes_at timestamptz,
  checked_in_at timestamptz,
  digest bytea,               -- of what was asked: tells a repeat from a reused id
  created_at timestamptz not null default now(),
  primary key (account_id, id),
  foreign key (account_id, space_id) references spaces (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, booked_by) references users (account_id, id),
  foreign key (account_id, series_id) references booking_series (account_id, id),
  check (ends_at > starts_at),
  check ((opens_at is null) = (closes_at is null)),
  check ((status = 'cancelled') = (reason is not null)),
  -- The guard against double booking, and the only one. Half-open: who comes when another leaves meets nobody.
  constraint bookings_no_overlap exclude using gist (account_id with =, space_id with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'cancelled')
);
create index bookings_by_user on bookings (account_id, user_id, starts_at);
create index bookings_by_day on bookings (account_id, location_id, day, id);
-- Those that last into the day after the next: few, and else every look at a day would have to go a month back.
create index bookings_long on bookings (account_id, location_id, day) where ends_at - starts_at > interval '26 hours';
create index bookings_by_start on bookings (account_id, starts_at, id);
create index bookings_by_series on bookings (account_id, series_id, starts_at) where series_id is not null;
-- What is to be released when nobody comes.
create index bookings_awaited on bookings (closes_at) where status = 'booked' and closes_at is not null;

create table closures (
  account_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  floor_id uuid,
  space_id uuid,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  text text not null,
  lifted_at timestamptz,
  cancelled integer not null default 0,
  primary key (account_id, id),
  foreign key (account_id, location_id) references locations (account_id, id),
  foreign key (account_id, floor_id) references floors (account_id, id),
  foreign key (account_id, space_id) references spaces (account_id, id),
  check (ends_at > starts_at)
);
create index closures_by_location on closures (account_id, location_id, ends_at) where lifted_at is null;

create table booking_feeds (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,      -- whose it is
  space_id uuid,              -- null: of the person's own bookings
  secret_hash bytea not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id),
  foreign key (account_id, space_id) references spaces (account_id, id)
);
create unique index booking_feeds_secret on booking_feeds (secret_hash);

-- Entries that are on their way into the journal: written in the transaction of the booking, taken out when they are stored there.
-- n is given out under the lock of the booking, so entries of one booking are in the order of its changes.
create table booking_outbox (
  n bigint primary key generated always as identity,
  account_id uuid not null,
  id uuid not null,
  topic text not null,
  type text not null,
  actor text not null,
  body jsonb not null,
  unique (account_id, id)
);
