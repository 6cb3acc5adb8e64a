-- migrate:up
-- What waits for somebody to prove a mailbox: a sign-up (not an account yet), an account that never did, a change
-- of email. Its link and code are derived from `nonce`, and stored nowhere.
CREATE TABLE mailbox_proofs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,                     -- sign_up, account, email_change
    email text NOT NULL,                    -- to be proved: as typed
    email_canonical text NOT NULL,          -- as compared
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,     -- NULL for a sign-up
    username text,                          -- of a sign-up, for the account that it may become
    password_hash text,
    registration_hash bytea NOT NULL UNIQUE,    -- SHA-256 of the `registrationId` that the browser holds
    nonce bytea NOT NULL,
    tries smallint NOT NULL DEFAULT 0,      -- of the code
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),    -- for the newest mail
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (CASE kind
        WHEN 'sign_up' THEN user_id IS NULL AND username IS NOT NULL AND password_hash IS NOT NULL
        ELSE kind IN ('account', 'email_change') AND user_id IS NOT NULL END)
);
CREATE UNIQUE INDEX mailbox_proofs_of_user ON mailbox_proofs (user_id, kind) WHERE user_id IS NOT NULL;
CREATE INDEX mailbox_proofs_of_email ON mailbox_proofs (email_canonical);
CREATE INDEX mailbox_proofs_by_age ON mailbox_proofs (created_at);

-- migrate:down
DROP TABLE mailbox_proofs;
