-- Places, visits and kiosks.

create table locations (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  address text not null default '',
  zone text not null default 'UTC',
  languages text[] not null default '{en,de,fr,es,zh,ar}',
  opens_at text not null default '08:00',
  closes_at text not null default '18:00',
  walk_ins text not null default 'approve' check (walk_ins in ('welcome', 'approve', 'no')),
  checks_out_at text not null default '23:00',
  retention_days integer not null default 90,
  salt text not null default replace(gen_random_uuid()::text, '-', ''),   -- of the hashes in its kiosks' snapshots
  primary key (account_id, id)
);

create table visitor_types (
  account_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  name text not null,
  fields jsonb not null default '[]',
  document_version integer,   -- null: nothing is to be signed
  photo boolean not null default false,
  badge boolean not null default true,
  active boolean not null default true,
  primary key (account_id, id),
  foreign key (account_id, location_id) references locations (account_id, id)
);
-- Every version that could be signed is kept.
create table documents (
  account_id uuid not null,
  visitor_type_id uuid not null,
  version integer not null,
  title text not null,
  text text not null,
  created_at timestamptz not null default now(),
  primary key (account_id, visitor_type_id, version),
  foreign key (account_id, visitor_type_id) references visitor_types (account_id, id)
);

create table hosts (
  account_id uuid not null,
  user_id uuid not null,
  mail boolean not null default true,
  delegates uuid[] not null default '{}',
  primary key (account_id, user_id),
  foreign key (account_id, user_id) references users (account_id, id)
);

-- Visits that repeat. Times are the location's local ones; each day of the rule is a row of visits, up to filled_to.
create table visit_series (
  account_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  visitor_type_id uuid,
  host_id uuid,
  name text not null,
  company text not null default '',
  email text,
  phone text,
  language text not null default '',
  fields jsonb not null default '{}',
  note text not null default '',
  rule text not null,
  starts_at text not null,    -- local: 2026-12-01T09:00
  leaves_at text,             -- local: 17:30
  except_days date[] not null default '{}',
  ends_on date,
  filled_to date not null,
  group_id uuid,
  code text not null,
  flags text[] not null default '{}',
  erased_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, location_id) references locations (account_id, id),
  foreign key (account_id, visitor_type_id) references visitor_types (account_id, id),
  foreign key (account_id, host_id) references users (account_id, id)
);
create index visit_series_to_fill on visit_series (filled_to) where erased_at is null;

create table visits (
  account_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  visitor_type_id uuid,
  day date not null,          -- of the location's calendar: of the appointment, else of the arrival
  status text not null check (status in ('expected', 'waiting', 'checked_in', 'checked_out', 'no_show', 'cancelled', 'refused')),
  name text not null,
  company text not null default '',
  email text,
  phone text,
  language text not null default '',
  fields jsonb not null default '{}',
  host_id uuid,
  note text not null default '',
  expected_at timestamptz,
  leaving_at timestamptz,
  arrived_at timestamptz,
  left_at timestamptz,
  left_by text check (left_by in ('kiosk', 'link', 'desk', 'automatic')),
  confirmed_at timestamptz,
  flags text[] not null default '{}',
  reason text,
  group_id uuid,
  series_id uuid,
  series_day date,            -- the day in its rule, wherever the visit was moved since
  code text not null,
  remember boolean not null default false,
  signed_version integer,
  signed_at timestamptz,
  host_notice uuid[] not null default '{}',   -- the deliveries that tell the host: mail and browsers
  erased_at timestamptz,
  head bigint not null,
  primary key (account_id, id),
  foreign key (account_id, location_id) references locations (account_id, id),
  foreign key (account_id, visitor_type_id) references visitor_types (account_id, id),
  foreign key (account_id, host_id) references users (account_id, id)
);
create index visits_by_day on visits (account_id, location_id, day, id);
create index visits_by_time on visits (account_id, day desc, id desc);
create index visits_code on visits (code);   -- the visits of a series share theirs
create index visits_by_series on visits (account_id, series_id, day) where series_id is not null;
create index visits_by_group on visits (account_id, group_id) where group_id is not null;
-- What is still to be done by itself: whom nobody saw leave, and who never came.
create index visits_open on visits (account_id, location_id, day) where status in ('expected', 'waiting', 'checked_in');
create index visits_to_forget on visits (account_id, location_id, day) where erased_at is null;
create index visits_remembered on visits (account_id, location_id, lower(email)) where remember and erased_at is null;
-- Search over all time: by any part of name, company and e-mail.
create extension if not exists pg_trgm;
create index visits_search on visits using gin ((lower(name || ' ' || company || ' ' || coalesce(email, ''))) gin_trgm_ops) where erased_at is null;

-- One person on request, by the last nine digits.
create index visits_by_phone on visits (account_id, right(regexp_replace(phone, '\D', '', 'g'), 9)) where phone is not null and erased_at is null;

create table visit_images (
  account_id uuid not null,
  visit_id uuid not null,
  kind text not null check (kind in ('photo', 'signature')),
  media_type text not null,
  bytes bytea not null,
  primary key (account_id, visit_id, kind),
  foreign key (account_id, visit_id) references visits (account_id, id)
);

create table kiosks (
  account_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  name text not null,
  code_hash bytea,            -- until it is paired, or while it is paired anew
  code_expires_at timestamptz,
  token_hash bytea,
  app text,
  seen_at timestamptz,
  log_id uuid,
  unsent integer not null default 0,
  oldest_unsent_ms integer,
  missing integer not null default 0,
  skew_ms integer,
  storage jsonb,
  battery jsonb,
  primary key (account_id, id),
  foreign key (account_id, location_id) references locations (account_id, id)
);
create unique index kiosks_code on kiosks (code_hash) where code_hash is not null;
create unique index kiosks_token on kiosks (token_hash) where token_hash is not null;

-- What kiosks recorded, each once. raw = as it came; null when the visit was erased.
create table kiosk_operations (
  account_id uuid not null,
  id uuid not null,
  kiosk_id uuid not null,
  log_id uuid not null,
  seq bigint,                 -- null when another operation has the number: a defect of the kiosk, kept all the same
  type text not null,
  visit_id uuid,
  state text not null check (state in ('applied', 'held', 'quarantined', 'dismissed')),
  reason text,
  reason_code text,           -- of contract/kiosks.ts
  raw jsonb,
  received_at timestamptz not null default now(),
  primary key (account_id, id),
  unique (account_id, kiosk_id, log_id, seq),
  foreign key (account_id, kiosk_id) references kiosks (account_id, id)
);
create index kiosk_operations_waiting on kiosk_operations (account_id, visit_id) where state = 'held';
create index kiosk_operations_quarantined on kiosk_operations (account_id, received_at) where state = 'quarantined';

create table watchlist (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text,
  email text,
  phone text,
  action text not null check (action in ('alert', 'block')),
  reason text not null,
  keys text[] not null,       -- of contract/watch-keys.ts
  primary key (account_id, id)
);
create index watchlist_keys on watchlist using gin (keys);

-- What goes with a mail: [{name, mediaType, base64, cid?}].
alter table deliveries add column files jsonb;

-- Browsers that a person wants to be told in.
create table push_subscriptions (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  device text not null default '',
  created_at timestamptz not null default now(),
  primary key (account_id, id),
  unique (account_id, endpoint),
  foreign key (account_id, user_id) references users (account_id, id)
);
create index push_subscriptions_by_user on push_subscriptions (account_id, user_id);
-- A delivery is a mail, or a push to one of those; `path` is where a click on it leads.
alter table deliveries add column channel text not null default 'mail' check (channel in ('mail', 'push'));
alter table deliveries add column subscription_id uuid;   -- no reference: what was sent stays when the browser is forgotten
alter table deliveries add column path text;
create index deliveries_by_path on deliveries (account_id, path) where path is not null;   -- to be found when a person is erased
