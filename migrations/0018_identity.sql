-- +goose Up
-- Tokens with which programs act for an account. Of a token only the digest is
-- kept; used_on is the day of its last use.
CREATE TABLE identity_token (
  realm      TEXT   NOT NULL,
  digest     TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  scopes     TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  until_at   BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  used_on    TEXT   NOT NULL,
  PRIMARY KEY (realm, digest)
);
CREATE INDEX identity_token_account ON identity_token (realm, account, created_at, id);
