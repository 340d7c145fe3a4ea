-- +goose Up
-- Where matters are imported from, and how its columns are to be read.
CREATE TABLE matter_intake_source (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  mapping    TEXT   NOT NULL,
  by_account TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX matter_intake_source_name ON matter_intake_source (realm, name);

-- One import of one file. mapping is the source's as it was when the run was
-- checked; next_part is the first that is not taken yet.
CREATE TABLE matter_intake_run (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  source     TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  file       TEXT   NOT NULL,
  hash       TEXT   NOT NULL,
  about      TEXT   NOT NULL,
  mapping    TEXT   NOT NULL,
  found      TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  lines      BIGINT NOT NULL,
  parts      BIGINT NOT NULL,
  next_part  BIGINT NOT NULL,
  made       BIGINT NOT NULL,
  repeated   BIGINT NOT NULL,
  by_account TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  checked_at BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX matter_intake_run_hash ON matter_intake_run (realm, source, hash);
CREATE INDEX matter_intake_run_ended ON matter_intake_run (realm, ended_at);

-- The rows of a run while it waits, sealed: they hold who reported.
CREATE TABLE matter_intake_part (
  realm  TEXT   NOT NULL,
  run    TEXT   NOT NULL,
  part   BIGINT NOT NULL,
  sealed TEXT   NOT NULL,
  PRIMARY KEY (realm, run, part)
);
