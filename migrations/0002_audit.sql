-- +goose Up
CREATE TABLE audit_entry (
  realm   TEXT   NOT NULL,
  lane    BIGINT NOT NULL,
  seq     BIGINT NOT NULL,
  id      TEXT   NOT NULL,
  subject TEXT   NOT NULL,
  act     TEXT   NOT NULL,
  actor   TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  detail  TEXT   NOT NULL,
  prev    TEXT   NOT NULL,
  hash    TEXT   NOT NULL,
  PRIMARY KEY (realm, lane, seq)
);
CREATE INDEX audit_entry_subject ON audit_entry (realm, subject, at);
CREATE TABLE audit_head (
  realm TEXT   NOT NULL,
  lane  BIGINT NOT NULL,
  seq   BIGINT NOT NULL,
  hash  TEXT   NOT NULL,
  PRIMARY KEY (realm, lane)
);
