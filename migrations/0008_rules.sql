-- Rules, their runs, and what each run does step by step.

create table rules (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  position integer not null,
  active boolean not null default false,
  active_since timestamptz,   -- what happened before does not concern it
  archived_at timestamptz,
  trigger jsonb not null,
  timing jsonb not null,
  late_max_minutes integer not null,
  conditions jsonb not null,
  actions jsonb not null,
  mode text not null check (mode in ('do', 'suggest')),
  once text not null check (once in ('conversation', 'message', 'visit', 'booking')),
  stop_after boolean not null,
  paused_at timestamptz,
  paused_reason text check (paused_reason in ('budget', 'chain')),
  paused_run uuid,
  secret_salt text,           -- the secret itself follows from this and a key outside the database
  primary key (account_id, id),
  check ((paused_at is null) = (paused_reason is null))
);
create index rules_in_order on rules (account_id, position) where archived_at is null;

create table rule_runs (
  account_id uuid not null,
  id uuid not null,
  n bigint not null generated always as identity,   -- the order in which they were made: of one event, the rules' order
  rule_id uuid not null,
  subject_kind text not null check (subject_kind in ('conversation', 'message', 'visit', 'booking')),
  subject_id uuid not null,
  scope_id uuid not null,     -- runs of one scope are one after the other: the conversation, visit or booking
  conversation_id uuid,
  visit_id uuid,
  booking_id uuid,
  message_offset bigint,
  entry_id uuid not null,     -- what set it off
  happened_at timestamptz not null,
  hops integer not null,
  due_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'suggested', 'ended')),
  outcome text,
  detail text,
  ended_by text,
  acts_as text not null,      -- the rule, or the person who accepted its suggestion
  attempts integer not null default 0,
  crashes integer not null default 0,
  lease_until timestamptz,
  retry_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (account_id, id),
  unique (account_id, rule_id, subject_id),   -- at most once per subject
  foreign key (account_id, rule_id) references rules (account_id, id),
  check ((state = 'ended') = (outcome is not null))
);
create index rule_runs_due on rule_runs (account_id, due_at, n) where state in ('waiting', 'running');
create index rule_runs_by_scope on rule_runs (account_id, scope_id, due_at, n) where state <> 'ended';
create index rule_runs_by_conversation on rule_runs (account_id, conversation_id) where conversation_id is not null;
create index rule_runs_by_rule on rule_runs (account_id, rule_id, happened_at desc, id desc);
-- For a rule's line in the settings, however much it has done.
create index rule_runs_done on rule_runs (account_id, rule_id, ended_at desc) where outcome = 'done';
create index rule_runs_unended on rule_runs (account_id, rule_id) where state <> 'ended';
create index rule_runs_by_scope_all on rule_runs (account_id, scope_id, happened_at desc);
create index rule_runs_suggested on rule_runs (expires_at) where state = 'suggested';

-- Written with the decision to run: what will be done, under which id. A repeat after a crash does the same, once.
create table rule_steps (
  account_id uuid not null,
  id uuid not null,           -- of the command, the delivery
  run_id uuid not null,
  step integer not null,
  scope_id uuid not null,
  action text not null,
  body jsonb,                 -- null once it was done: a text is kept in one place
  state text not null default 'waiting' check (state in ('waiting', 'done', 'skipped', 'failed')),
  code text,
  detail text,
  at timestamptz,
  primary key (account_id, id),
  unique (account_id, run_id, step),
  foreign key (account_id, run_id) references rule_runs (account_id, id)
);
create index rule_steps_by_scope on rule_steps (account_id, scope_id, at) where state = 'done';

-- What a rule posts is a delivery.
alter table deliveries drop constraint deliveries_channel_check;
alter table deliveries add constraint deliveries_channel_check check (channel in ('mail', 'push', 'webhook'));
