-- Channels: ways to reach a contact beside the web.

create table channels (
  account_id uuid not null references accounts (id),
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('smpp', 'twilio')),
  inbox_id uuid not null,
  numbers text[] not null,    -- ours, as the carrier knows them
  settings jsonb not null default '{}',
  credentials text,           -- sealed with a key that is not in the database
  rate_per_second real not null default 1,
  languages text[] not null default '{en}',
  zone text not null default 'UTC',
  hours jsonb,                -- seven times {from, to} or null, Monday first; null: always open
  automatic_answer text not null default '',
  active boolean not null default true,
  held_by text,               -- one node at a time speaks for a channel
  held_until timestamptz,
  health jsonb,               -- as its holder said last
  primary key (account_id, id),
  foreign key (account_id, inbox_id) references inboxes (account_id, id)
);
-- A carrier's webhook knows only the channel; this finds its account.
create unique index channels_id on channels (id);

-- Whom a channel reaches: one contact and one conversation for each address. Removed when the person is erased.
create table channel_addresses (
  account_id uuid not null,
  channel_id uuid not null,
  address text not null,      -- a phone number in E.164, or what the carrier calls the sender
  number text not null,       -- which of ours was written to last
  contact_id uuid not null,
  conversation_id uuid not null,
  primary key (account_id, channel_id, address),
  foreign key (account_id, channel_id) references channels (account_id, id)
);
create unique index channel_addresses_conversation on channel_addresses (account_id, conversation_id);
create index channel_addresses_address on channel_addresses (account_id, address);
create index channel_addresses_contact on channel_addresses (account_id, contact_id);

-- Who said STOP gets nothing from any channel of the account. A hash, so that it holds when the person was erased.
create table opt_outs (
  account_id uuid not null,
  address_hash bytea not null,
  at timestamptz not null default now(),
  primary key (account_id, address_hash)
);

-- What carriers delivered. id is that of the message in the journal; the parts' payloads go once it is shown whole.
create table inbound_messages (
  account_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  sender text not null,
  recipient text not null,
  reference integer,          -- that its parts have in common; null: one part
  total integer not null,
  state text not null default 'gathering' check (state in ('gathering', 'gap', 'shown')),
  started_at timestamptz not null default now(),
  primary key (account_id, id)
);
create index inbound_messages_by_reference on inbound_messages (account_id, channel_id, sender, reference, started_at desc);
create index inbound_messages_open on inbound_messages (account_id, channel_id, started_at) where state <> 'shown';
create table inbound_parts (
  account_id uuid not null,
  message_id uuid not null,
  seq integer not null,
  digest uuid not null,
  payload bytea,              -- UTF-16: an emoji may be cut in two by the parts
  marked boolean not null,    -- the carrier gave it something to know it by again
  confirmed boolean not null default false,   -- the carrier is known to have read our acknowledgement
  received_at timestamptz not null default now(),
  primary key (account_id, message_id, seq),
  foreign key (account_id, message_id) references inbound_messages (account_id, id) on delete cascade
);

create index inbound_parts_by_digest on inbound_parts (account_id, digest);

-- What leaves. id is that of the message in the journal, where the text stands; the parts follow from the text.
create table outbound_messages (
  account_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  conversation_id uuid not null,
  recipient text not null,
  sender text not null,
  despite_stop boolean not null default false,   -- the confirmation of a STOP
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'delivered', 'failed', 'unknown')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  tried_at timestamptz not null default now(),   -- when it, or its repetition, was asked for
  primary key (account_id, id),
  foreign key (account_id, channel_id) references channels (account_id, id)
);
create index outbound_messages_open on outbound_messages (account_id, channel_id, created_at) where state in ('waiting', 'sent');
create table outbound_parts (
  account_id uuid not null,
  message_id uuid not null,
  seq integer not null,
  reference integer not null, -- a number that goes along, by which a report may find its part
  state text not null default 'waiting' check (state in ('waiting', 'submitting', 'submitted', 'unclear', 'delivered', 'failed')),
  carrier_id text,
  submitted_at timestamptz,
  reason text,
  detail text,
  primary key (account_id, message_id, seq),
  foreign key (account_id, message_id) references outbound_messages (account_id, id) on delete cascade
);
create index outbound_parts_open on outbound_parts (account_id, message_id) where state in ('waiting', 'submitting', 'unclear');
create index outbound_parts_carrier on outbound_parts (account_id, carrier_id) where carrier_id is not null;
create index outbound_parts_reference on outbound_parts (account_id, reference);
create sequence outbound_reference as integer minvalue 1 maxvalue 65535 cycle;

-- A report may come before the answer to what it reports on.
create table early_reports (
  account_id uuid not null,
  channel_id uuid not null,
  carrier_id text not null,
  state text not null,
  detail text,
  at timestamptz not null default now(),
  primary key (account_id, channel_id, carrier_id)
);

alter table conversations add column channel_id uuid, add column channel_kind text, add column opted_out boolean not null default false;
-- A number that was written internationally, in whatever form.
alter table contacts add column phone_e164 text generated always as (case when phone ~ '^\s*\+' then '+' || regexp_replace(phone, '\D', '', 'g') end) stored;
create index contacts_by_phone on contacts (account_id, phone_e164) where phone_e164 is not null;
alter table users add column sees_phones boolean not null default true;
