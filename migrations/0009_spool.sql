-- What was kept in a node's spool while the database was away, and could not be applied afterwards. `command` is what was kept, whole.
create table kept_refusals (
  account_id uuid not null references accounts (id) on delete cascade,
  id         uuid not null,                                  -- of the command
  kind       text not null check (kind in ('command', 'visit', 'operation')),
  type       text not null,
  topic      text not null,
  actor      text not null,
  kept_at    timestamptz not null,
  refused_at timestamptz not null default now(),
  code       text not null,
  reason     text not null,
  command    jsonb,                                          -- null once it was dismissed, applied or erased
  state      text not null default 'open' check (state in ('open', 'applied', 'dismissed')),
  primary key (account_id, id)
);
create index kept_refusals_open on kept_refusals (account_id, kept_at) where state = 'open';
create index kept_refusals_topic on kept_refusals (account_id, topic);

-- Whether the database writes again is found by writing. Of no account: it says something of the database alone.
create table write_probes (node text primary key, at timestamptz not null default now());

-- As journal_append of 0003, with a time for each row: what was kept counts at the time at which it was kept. Batches without such rows go the old way.
create function journal_append(
  accounts uuid[], topics text[], offsets bigint[], ids uuid[], types text[], actors text[], ats timestamptz[], bodies text[], digests uuid[],
  writer_id integer, first_n bigint, expected_epoch uuid
) returns table (account_id uuid, topic text)
language plpgsql as $$
begin
  if not exists (select from history h where h.epoch = expected_epoch) then
    raise exception 'the history of this journal was replaced' using errcode = 'LG001';
  end if;
  begin
    insert into journal as j (account_id, topic, "offset", id, type, actor, at, body, digest, writer, n)
      select r.account_id, r.topic, r."offset", r.id, r.type, r.actor, r.at, r.body::jsonb, r.digest, writer_id, first_n + r.ord - 1
      from unnest(accounts, topics, offsets, ids, types, actors, ats, bodies, digests) with ordinality
        as r (account_id, topic, "offset", id, type, actor, at, body, digest, ord);
    return;
  exception when unique_violation then
  end;
  insert into journal as j (account_id, topic, "offset", id, type, actor, at, body, digest, writer, n)
    select r.account_id, r.topic, r."offset", r.id, r.type, r.actor, r.at, r.body::jsonb, r.digest, writer_id, first_n + r.ord - 1
    from unnest(accounts, topics, offsets, ids, types, actors, ats, bodies, digests) with ordinality
      as r (account_id, topic, "offset", id, type, actor, at, body, digest, ord)
    on conflict do nothing;
  return query
    with wanted as (
      select r.account_id, r.topic, r.ord from unnest(accounts, topics) with ordinality as r (account_id, topic, ord)
    ), clashed as (
      select distinct w.account_id, w.topic from wanted w
      where not exists (select from journal j where j.writer = writer_id and j.n = first_n + w.ord - 1)
    ), withdrawn as (
      delete from journal j using wanted w, clashed c
      where j.writer = writer_id and j.n = first_n + w.ord - 1 and c.account_id = w.account_id and c.topic = w.topic
    )
    select c.account_id, c.topic from clashed c;
end
$$;
