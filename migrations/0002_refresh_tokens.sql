-- migrate:up
-- One row per signed-in device; its id is the claim `sid` of both tokens.
CREATE TABLE refresh_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    secret_hash bytea NOT NULL,             -- SHA-256; the secret itself is only in the token
    generation integer NOT NULL DEFAULT 0,
    rotated_at timestamptz NOT NULL,
    revoked_at timestamptz,
    reused boolean NOT NULL DEFAULT false,  -- revoked because an old generation was replayed
    delivery text NOT NULL DEFAULT 'body',
    user_agent text,
    ip inet,
    created_at timestamptz NOT NULL
);
CREATE INDEX refresh_tokens_of_user ON refresh_tokens (user_id);

-- migrate:down
DROP TABLE refresh_tokens;
