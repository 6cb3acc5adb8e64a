-- migrate:up
-- What happened to an account, for its owner to read.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type text NOT NULL,
    session_id uuid,                        -- no reference: the event outlives the session
    ip inet,
    user_agent text NOT NULL,
    device text NOT NULL,                   -- what people call it, as it was understood then
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX events_of_user ON events (user_id, id DESC);
CREATE INDEX events_by_age ON events (at);

-- migrate:down
DROP TABLE events;
