-- +goose Up
-- Why a grant was given: basis is "appointed", "delegated", "emergency" or
-- "glass"; origin is the grant that was delegated.
ALTER TABLE identity_grant ADD COLUMN basis TEXT NOT NULL DEFAULT 'appointed';
ALTER TABLE identity_grant ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_grant ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_grant ADD COLUMN given_by TEXT NOT NULL DEFAULT '';
CREATE INDEX identity_grant_origin ON identity_grant (realm, origin) WHERE origin <> '';
CREATE INDEX identity_grant_given ON identity_grant (realm, given_by) WHERE basis <> 'appointed';
