-- +goose Up
-- Identity providers, who is known to them, and sign-ins that are on their way
-- there. via is the provider that a session was opened by, or empty.
ALTER TABLE identity_session ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_half ADD COLUMN via TEXT NOT NULL DEFAULT '';
CREATE INDEX identity_session_via ON identity_session (realm, via) WHERE via <> '';
CREATE INDEX identity_half_via ON identity_half (realm, via) WHERE via <> '';
-- strong lists the words in acr or amr that stand for two factors, with spaces.
CREATE TABLE identity_provider (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  issuer     TEXT   NOT NULL,
  client     TEXT   NOT NULL,
  secret     TEXT   NOT NULL,
  strong     TEXT   NOT NULL,
  active     BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX identity_provider_issuer ON identity_provider (realm, issuer) WHERE removed_at = 0;
-- subject is a keyed sum; a link whose account is empty was taken away.
CREATE TABLE identity_link (
  realm    TEXT   NOT NULL,
  issuer   TEXT   NOT NULL,
  subject  TEXT   NOT NULL,
  account  TEXT   NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (realm, issuer, subject)
);
CREATE UNIQUE INDEX identity_link_account ON identity_link (realm, account, issuer) WHERE account <> '';
CREATE TABLE identity_flow (
  realm      TEXT   NOT NULL,
  token      TEXT   NOT NULL,
  provider   TEXT   NOT NULL,
  purpose    TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  invite     TEXT   NOT NULL,
  next       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (realm, token)
);
CREATE INDEX identity_flow_expiry ON identity_flow (realm, expires_at);
