-- Stores a batch of entries, all or none per topic, in one round trip; returns the topics that were left out.
-- A clash is an offset that another writer took, or an id that is stored already; the caller looks the ids up and numbers anew.
-- Rows come sorted by topic, so two writers take their locks in one order. Every write checks the epoch: after a restore, a
-- node that lived in the old history must not write into the new one.
create function journal_append(
  accounts uuid[], topics text[], offsets bigint[], ids uuid[], types text[], actors text[], at timestamptz, bodies text[], digests uuid[],
  writer_id integer, first_n bigint, expected_epoch uuid
) returns table (account_id uuid, topic text)
language plpgsql as $$
begin
  if not exists (select from history h where h.epoch = expected_epoch) then
    raise exception 'the history of this journal was replaced' using errcode = 'LG001';
  end if;
  -- Clashes are rare, and ON CONFLICT looks every key up before it writes: a sixth of the time that a row takes.
  begin
    insert into journal as j (account_id, topic, "offset", id, type, actor, at, body, digest, writer, n)
      select r.account_id, r.topic, r."offset", r.id, r.type, r.actor, journal_append.at, r.body::jsonb, r.digest, writer_id, first_n + r.ord - 1
      from unnest(accounts, topics, offsets, ids, types, actors, bodies, digests) with ordinality
        as r (account_id, topic, "offset", id, type, actor, body, digest, ord);
    return;
  exception when unique_violation then   -- and nothing of this block is stored
  end;
  insert into journal as j (account_id, topic, "offset", id, type, actor, at, body, digest, writer, n)
    select r.account_id, r.topic, r."offset", r.id, r.type, r.actor, journal_append.at, r.body::jsonb, r.digest, writer_id, first_n + r.ord - 1
    from unnest(accounts, topics, offsets, ids, types, actors, bodies, digests) with ordinality
      as r (account_id, topic, "offset", id, type, actor, body, digest, ord)
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
