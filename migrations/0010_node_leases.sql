-- How nodes share the budget of connections. A row is a node's, not an account's; it lives as long as it is renewed.

create table node_leases (
  node text primary key,
  incarnation text not null,      -- of the process: a node that was killed takes its own row over at once
  since timestamptz not null default clock_timestamp(),
  granted integer not null,
  in_use integer not null,        -- more than granted while it shrinks
  expires_at timestamptz not null
);
