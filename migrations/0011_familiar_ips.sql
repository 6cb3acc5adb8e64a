-- migrate:up transaction:false
-- Whether an IP is familiar is asked at every login, of an account with however many events.
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_of_familiar_ips ON events (user_id, ip, at)
WHERE type IN ('login_succeeded', 'email_verified', 'email_changed', 'password_reset');

-- migrate:down
DROP INDEX CONCURRENTLY IF EXISTS events_of_familiar_ips;
