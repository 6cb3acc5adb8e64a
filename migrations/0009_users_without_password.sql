-- migrate:up
-- Of a person imported without one: no password matches, and a reset sets one. A release that does not know of it
-- reads NULL as a failed login.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;

-- migrate:down
-- No hash, so no password matches it either.
UPDATE users SET password_hash = '!' WHERE password_hash IS NULL;
ALTER TABLE users ALTER COLUMN password_hash SET NOT NULL;
