-- +goose Up
CREATE TABLE identity_account (
  realm       TEXT   NOT NULL,
  id          TEXT   NOT NULL,
  login       TEXT   NOT NULL,
  name        TEXT   NOT NULL,
  password    TEXT   NOT NULL,
  language    TEXT   NOT NULL,
  mail        TEXT   NOT NULL,
  disabled_at BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  revision    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX identity_account_login ON identity_account (realm, login);
CREATE INDEX identity_account_created ON identity_account (realm, created_at, id);
CREATE TABLE identity_session (
  realm      TEXT   NOT NULL,
  token      TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (realm, token)
);
CREATE INDEX identity_session_account ON identity_session (realm, account);
CREATE INDEX identity_session_expiry ON identity_session (realm, expires_at);
CREATE TABLE identity_grant (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  role       TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  lo         BIGINT NOT NULL,
  hi         BIGINT NOT NULL,
  town       BIGINT NOT NULL,
  body       TEXT   NOT NULL,
  from_at    BIGINT NOT NULL,
  until_at   BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX identity_grant_account ON identity_grant (realm, account);
CREATE INDEX identity_grant_role ON identity_grant (realm, role, lo) WHERE revoked_at = 0;
CREATE TABLE identity_invite (
  realm      TEXT   NOT NULL,
  token      TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  PRIMARY KEY (realm, token)
);
CREATE INDEX identity_invite_account ON identity_invite (realm, account);
CREATE INDEX identity_invite_expiry ON identity_invite (realm, expires_at);
CREATE TABLE identity_attempt (
  realm    TEXT   NOT NULL,
  pair     TEXT   NOT NULL,
  failures BIGINT NOT NULL,
  last_at  BIGINT NOT NULL,
  PRIMARY KEY (realm, pair)
);
CREATE INDEX identity_attempt_last ON identity_attempt (realm, last_at);
