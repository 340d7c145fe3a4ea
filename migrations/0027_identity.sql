-- +goose Up
-- Passkeys. Of a key there is the public half only, which is no secret. handle is
-- what the account is called in its owner's devices: random, and the same for all
-- of its passkeys. site is the host they were made for, flags are the
-- authenticator's own, counter its count of signatures, zero where it counts none.
CREATE TABLE identity_passkey (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  handle     TEXT   NOT NULL,
  credential TEXT   NOT NULL,
  public_key TEXT   NOT NULL,
  site       TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  transports TEXT   NOT NULL,
  flags      BIGINT NOT NULL,
  counter    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  locked_at  BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX identity_passkey_credential ON identity_passkey (realm, credential);
CREATE INDEX identity_passkey_account ON identity_passkey (realm, account, created_at, id);
-- Challenges that were answered, rightly or wrongly: none is answered twice.
CREATE TABLE identity_ceremony (
  realm      TEXT   NOT NULL,
  challenge  TEXT   NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (realm, challenge)
);
CREATE INDEX identity_ceremony_expiry ON identity_ceremony (realm, expires_at);
