-- migrate:up
-- What the sweep looks for; neither column is written by a refresh.
CREATE INDEX refresh_tokens_by_start ON refresh_tokens (created_at);
CREATE INDEX users_by_pending_reset ON users (reset_asked_at) WHERE reset_nonce IS NOT NULL;

-- migrate:down
DROP INDEX users_by_pending_reset;
DROP INDEX refresh_tokens_by_start;
