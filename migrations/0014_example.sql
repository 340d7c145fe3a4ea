-- +goose Up
-- Matters that are told in public as examples, after a privacy check by one
-- person and the release by another.
CREATE TABLE matter_example (
  realm       TEXT   NOT NULL,
  id          TEXT   NOT NULL,
  matter      TEXT   NOT NULL,
  type        TEXT   NOT NULL,
  area        TEXT   NOT NULL,
  body        TEXT   NOT NULL,
  days        BIGINT NOT NULL,
  title       TEXT   NOT NULL,
  story       TEXT   NOT NULL,
  result      TEXT   NOT NULL,
  state       TEXT   NOT NULL,
  reason      TEXT   NOT NULL,
  proposer    TEXT   NOT NULL,
  releaser    TEXT   NOT NULL,
  proposed_at BIGINT NOT NULL,
  decided_at  BIGINT NOT NULL,
  revision    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX matter_example_matter ON matter_example (realm, matter) WHERE state <> 'withdrawn';
CREATE INDEX matter_example_state ON matter_example (realm, state, proposed_at, id);
