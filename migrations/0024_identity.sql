-- +goose Up
-- Second factors, what a session says of itself, and which places are known.
-- A half session is what a right password alone opens for an account that has,
-- or has to have, a second factor.
ALTER TABLE identity_session ADD COLUMN agent     TEXT   NOT NULL DEFAULT '';
ALTER TABLE identity_session ADD COLUMN network   TEXT   NOT NULL DEFAULT '';
ALTER TABLE identity_session ADD COLUMN strong    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_session ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_attempt ADD COLUMN known_at  BIGINT NOT NULL DEFAULT 0;
CREATE TABLE identity_half (
  realm      TEXT   NOT NULL,
  token      TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  agent      TEXT   NOT NULL,
  network    TEXT   NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (realm, token)
);
CREATE INDEX identity_half_account ON identity_half (realm, account);
CREATE INDEX identity_half_expiry ON identity_half (realm, expires_at);
-- A factor whose secret is empty was removed.
-- A realm without a row asks its administrators and auditors for two factors.
CREATE TABLE identity_policy (
  realm    TEXT   NOT NULL,
  optional BIGINT NOT NULL,
  PRIMARY KEY (realm)
);
CREATE TABLE identity_factor (
  realm    TEXT   NOT NULL,
  account  TEXT   NOT NULL,
  secret   TEXT   NOT NULL,
  counter  BIGINT NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (realm, account)
);
CREATE TABLE identity_recovery (
  realm   TEXT   NOT NULL,
  account TEXT   NOT NULL,
  digest  TEXT   NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (realm, account, digest)
);
