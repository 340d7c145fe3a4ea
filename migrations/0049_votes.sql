-- +goose Up
-- kept is 1 while accounts and hashes of credentials are still with the voters of a
-- vote, and names on a roster.
ALTER TABLE deliberation_poll ADD COLUMN kept BIGINT NOT NULL DEFAULT 1;
CREATE INDEX deliberation_poll_kept ON deliberation_poll (realm, id) WHERE kept = 1;
ALTER TABLE deliberation_roster ADD COLUMN kept BIGINT NOT NULL DEFAULT 1;
CREATE INDEX deliberation_roster_kept ON deliberation_roster (realm, id) WHERE kept = 1;
