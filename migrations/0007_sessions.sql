-- migrate:up
-- Nullable, and without a default that rewrites the tables: an older release beside this one knows none of it.
ALTER TABLE refresh_tokens
    ADD COLUMN retry_key_hash bytea,        -- SHA-256 of secret and Idempotency-Key of the newest rotation
    ADD COLUMN device text;                 -- what people call it, as it was understood then; NULL: as it is read
ALTER TABLE users
    -- Of one with very many sessions: those begun until then are dead, but for the spared one, and the sweep
    -- removes them. NULL as soon as none is left.
    ADD COLUMN sessions_ended_at timestamptz,
    ADD COLUMN spared_session uuid,
    ADD COLUMN removed_at timestamptz;      -- deleted by its owner: what is left of it goes with the next sweep
CREATE INDEX users_by_sessions_ended ON users (id) WHERE sessions_ended_at IS NOT NULL;
CREATE INDEX users_removed ON users (id) WHERE removed_at IS NOT NULL;

-- migrate:down
DROP INDEX users_removed;
DROP INDEX users_by_sessions_ended;
ALTER TABLE users DROP COLUMN removed_at, DROP COLUMN spared_session, DROP COLUMN sessions_ended_at;
ALTER TABLE refresh_tokens DROP COLUMN device, DROP COLUMN retry_key_hash;
