-- migrate:up
-- UNLOGGED: a count lives for minutes, and a crash of the database may forget it.
CREATE UNLOGGED TABLE limit_counters (
    key bytea PRIMARY KEY,                  -- a keyed hash: no email, no IP
    hits integer NOT NULL,
    counted_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX limit_counters_by_end ON limit_counters (ends_at);

-- migrate:down
DROP TABLE limit_counters;
