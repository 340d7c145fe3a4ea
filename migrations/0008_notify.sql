-- +goose Up
CREATE TABLE notify_message (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  text_key   TEXT   NOT NULL,
  params     TEXT   NOT NULL,
  link       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  read_at    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX notify_message_account ON notify_message (realm, account, id);
CREATE INDEX notify_message_unread ON notify_message (realm, account) WHERE read_at = 0;
