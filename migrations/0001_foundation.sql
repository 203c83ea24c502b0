-- Everything belongs to an account and every key leads with it, so that an account can be moved or distributed by it.
create table accounts (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);

-- One row: the identity of this journal's history. A restore replaces epoch; clients then start afresh.
create table history (
  one boolean primary key default true check (one),
  epoch uuid not null,
  started_at timestamptz not null default now()
);
insert into history (epoch) values (gen_random_uuid());

-- Each start of a node's writer takes the next id; (writer, n) is that writer's commit order, which subscribers inside follow.
create table writers (
  id integer primary key generated always as identity,
  node text not null,
  started_at timestamptz not null default now()
);
create table cursors (
  subscriber text not null,
  writer integer not null references writers (id),
  n bigint not null,
  primary key (subscriber, writer)
);

create table journal (
  account_id uuid not null,
  topic text not null,
  "offset" bigint not null,
  id uuid not null,
  type text not null,
  actor text not null,
  at timestamptz not null,
  body jsonb,               -- null when redacted
  digest uuid,              -- 128 bits of SHA-256 over actor, topic, type and body: tells a repeat from a reused id; null when redacted
  writer integer not null,
  n bigint not null,
  primary key (account_id, topic, "offset"),
  unique (account_id, id)
);
create index journal_by_commit on journal (writer, n);

create table users (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  email text not null,
  role text not null check (role in ('admin', 'agent')),
  active boolean not null default true,
  auth_id text,             -- the user in schema auth; null until the invitation was accepted
  created_at timestamptz not null default now(),
  primary key (account_id, id)
);
create unique index users_email on users (lower(email));
create unique index users_auth on users (auth_id) where auth_id is not null;

create table teams (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  primary key (account_id, id),
  unique (account_id, name)
);
create table team_members (
  account_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  primary key (account_id, team_id, user_id),
  foreign key (account_id, team_id) references teams (account_id, id) on delete cascade,
  foreign key (account_id, user_id) references users (account_id, id)
);

create table api_tokens (
  account_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  name text not null,
  secret_hash bytea not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (account_id, id),
  foreign key (account_id, user_id) references users (account_id, id)
);
create unique index api_tokens_secret on api_tokens (secret_hash);

create table links (
  secret_hash bytea primary key,
  account_id uuid,          -- null for the first administrator: the account is made with it
  user_id uuid,
  purpose text not null check (purpose in ('first_admin', 'invitation', 'demo')),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table inboxes (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  greeting text not null default '',
  reply_time text not null default '',
  origins text[] not null default '{}',
  side text not null default 'right' check (side in ('right', 'left')),
  offset_px integer not null default 20,
  language text not null default 'auto',
  primary key (account_id, id)
);
-- The messenger knows only an inbox id; this finds its account.
create unique index inboxes_id on inboxes (id);

create table canned (
  account_id uuid not null references accounts (id),
  id uuid not null,
  shortcut text not null,
  text text not null,
  primary key (account_id, id),
  unique (account_id, shortcut)
);

create table invitations (
  account_id uuid not null,
  id uuid not null,
  inbox_id uuid not null,
  address text not null,
  after_seconds integer not null,
  text text not null,
  active boolean not null,
  primary key (account_id, id),
  foreign key (account_id, inbox_id) references inboxes (account_id, id)
);

create table contacts (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  email text,
  phone text,
  notes text not null default '',
  attributes jsonb not null default '{}',
  secret_hash bytea,        -- of the visitor's device secret
  first_seen_at timestamptz not null default now(),
  erased_at timestamptz,
  head bigint not null default 0,
  primary key (account_id, id)
);
create index contacts_by_name on contacts (account_id, lower(name), id);

-- State that commands validate against (status, assignee, team) changes in the command's own transaction; the columns after
-- folded_offset are a projection of the journal, milliseconds late. status_offset orders the two: the later offset wins.
create table conversations (
  account_id uuid not null,
  id uuid not null,
  inbox_id uuid not null,
  contact_id uuid not null,
  status text not null default 'open' check (status in ('open', 'snoozed', 'closed')),
  status_offset bigint not null default 0,
  snoozed_until timestamptz,
  assignee_id uuid,
  team_id uuid,
  labels text[] not null default '{}',
  page text,
  opened_at timestamptz not null,
  folded_offset bigint not null default 0,
  last_at timestamptz not null,
  last_text text not null default '',
  last_actor text,
  last_message_offset bigint not null default 0,
  recent_inbound bigint[] not null default '{}',
  waiting_since timestamptz,
  primary key (account_id, id),
  foreign key (account_id, inbox_id) references inboxes (account_id, id),
  foreign key (account_id, contact_id) references contacts (account_id, id)
);
create index conversations_by_activity on conversations (account_id, inbox_id, last_at desc, id desc);
create index conversations_by_status on conversations (account_id, status, last_at desc, id desc);
create index conversations_by_contact on conversations (account_id, contact_id, last_at desc);
create index conversations_snoozed on conversations (snoozed_until) where status = 'snoozed';

-- Cumulative marks, not in the journal. reader: 'user:<id>' or 'contact:<id>'.
create table marks (
  account_id uuid not null,
  topic text not null,
  reader text not null,
  delivered bigint not null default 0,
  read bigint not null default 0,
  primary key (account_id, topic, reader)
);

-- Rows name bytes; bytes are stored once under their SHA-256, whoever uploaded them. A deleted row stays as a trace.
create table blobs (
  account_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  sha256 bytea,             -- null once the row was deleted and the bytes were seen to
  name text not null,
  media_type text not null, -- as the caller said; one of the image types only when the bytes are such an image
  size_bytes bigint not null,
  width_px integer,
  height_px integer,
  complete boolean not null default false,
  audience text check (audience in ('inside', 'everyone')),   -- null until a note (inside) or a message (everyone) names it
  uploader text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (account_id, id)
);
create index blobs_by_conversation on blobs (account_id, conversation_id);
create index blobs_by_uploader on blobs (account_id, uploader, created_at);
create index blobs_by_content on blobs (sha256);
create index blobs_unnamed on blobs (created_at) where audience is null and deleted_at is null;
create index blobs_to_sweep on blobs (deleted_at) where deleted_at is not null and sha256 is not null;

create table deliveries (
  account_id uuid not null,
  id uuid not null,
  kind text not null,
  recipient text not null,
  subject text not null,
  body text not null,
  html text,
  message_id text not null, -- made with the row: every attempt carries the same
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead', 'tray')),
  attempts integer not null default 0,
  next_at timestamptz,
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (account_id, id),
  unique (message_id)
);
create index deliveries_due on deliveries (account_id, next_at, id) where state = 'waiting';
create index deliveries_by_time on deliveries (account_id, created_at desc, id desc);

-- Revocations outlive a restart; tickets live 15 minutes, so a row older than that may go.
create table revocations (
  account_id uuid not null,
  subject text not null,    -- 'session:<id>', 'user:<id>', 'token:<id>', 'contact:<id>'
  at timestamptz not null default now(),
  primary key (account_id, subject)
);
