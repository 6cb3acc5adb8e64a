-- migrate:up
ALTER TABLE mailbox_proofs
    -- That asked for a change of email, which dies with it; those asked for before this column are dead.
    ADD COLUMN session_id uuid,
    -- SHA-256 of `registrationId`s given out before `registration_hash`, the newest first: they are good too.
    ADD COLUMN earlier_registrations bytea[] NOT NULL DEFAULT '{}',
    -- How often the link got a new code, because the one before was spent or dead, and when it got this one.
    ADD COLUMN code_number integer NOT NULL DEFAULT 0,
    ADD COLUMN code_asked_at timestamptz,   -- NULL: `asked_at`
    -- When its newest mail was really sent; a release that does not know the column counts as having sent it.
    ADD COLUMN sent_at timestamptz DEFAULT now();
CREATE INDEX mailbox_proofs_of_earlier_registration ON mailbox_proofs USING gin (earlier_registrations);

-- migrate:down
DROP INDEX mailbox_proofs_of_earlier_registration;
ALTER TABLE mailbox_proofs
    DROP COLUMN session_id, DROP COLUMN earlier_registrations, DROP COLUMN code_number,
    DROP COLUMN code_asked_at, DROP COLUMN sent_at;
