-- Reports: what the journal adds up to. Each row is a function of a conversation's first folded_offset entries, whichever way they
-- came, so that a recount of the journal finds the same. Times are those of the entries.

create table report_conversations (
  account_id uuid not null,
  conversation_id uuid not null,
  folded_offset bigint not null,
  inbox_id uuid not null,
  channel text not null,
  opened_at timestamptz not null,
  open_since timestamptz,     -- of the opening, or the last reopening; null while it is closed
  first_contact_at timestamptz,
  answered_at timestamptz,    -- the first answer of a person to that
  answered_by uuid,
  answered_ms bigint,
  closed_at timestamptz,      -- the last closing
  closed_by uuid,             -- null: nobody, it closed by itself
  closures integer not null,
  reopenings integer not null,
  messages_in integer not null,
  messages_out integer not null,
  primary key (account_id, conversation_id)
);
create index report_conversations_answered on report_conversations (account_id, answered_at)
  include (answered_ms, answered_by, inbox_id, channel) where answered_at is not null;
create index report_conversations_opened on report_conversations (account_id, opened_at, conversation_id);

create table report_closures (
  account_id uuid not null,
  conversation_id uuid not null,
  "offset" bigint not null,
  at timestamptz not null,
  agent_id uuid,
  open_ms bigint not null,
  inbox_id uuid not null,
  channel text not null,
  primary key (account_id, conversation_id, "offset")
);
create index report_closures_by_time on report_closures (account_id, at) include (open_ms, agent_id, inbox_id, channel);

-- Counted by quarter hours: every time zone in use begins its hours on one.
create table report_quarters (
  account_id uuid not null,
  quarter timestamptz not null,
  inbox_id uuid not null,
  channel text not null,
  agent_id uuid not null,     -- all zeros: nobody's
  opened integer not null,
  reopened integer not null,
  messages_in integer not null,
  messages_out integer not null,
  primary key (account_id, quarter, inbox_id, channel, agent_id)
);
