-- migrate:up
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text NOT NULL,
    email text NOT NULL,                    -- as typed
    email_canonical text NOT NULL UNIQUE,   -- as compared
    email_verified boolean NOT NULL DEFAULT false,
    role text NOT NULL DEFAULT 'user',
    password_hash text NOT NULL,
    password_version integer NOT NULL DEFAULT 1,   -- +1 whenever a password is set; a re-hash leaves it alone
    reset_nonce bytea,                      -- of the newest reset mail; link and code are derived, never stored
    reset_asked_at timestamptz,             -- when it was asked for; what was asked for earlier is void
    reset_tries smallint NOT NULL DEFAULT 0,    -- of its code
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- migrate:down
DROP TABLE users;
