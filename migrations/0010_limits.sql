-- migrate:up
-- Since the last reset or take-over: an IP that was here before is no longer familiar.
ALTER TABLE users ADD COLUMN familiar_since timestamptz;
UPDATE users SET familiar_since = reset.at
FROM (SELECT user_id, max(at) AS at FROM events WHERE type = 'password_reset' GROUP BY user_id) AS reset
WHERE id = reset.user_id;
-- How many mails were not sent as their mailbox had its share, and when the latest.
CREATE TABLE withheld_mails (
    cause text PRIMARY KEY,
    mails bigint NOT NULL,
    latest_at timestamptz NOT NULL
);

-- migrate:down
DROP TABLE withheld_mails;
ALTER TABLE users DROP COLUMN familiar_since;
