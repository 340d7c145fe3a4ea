-- +goose Up
-- What was destroyed, and by which rule: a tombstone for each. subject is a reference.
CREATE TABLE retention_stone (
  realm      TEXT   NOT NULL,
  hash       TEXT   NOT NULL,
  batch      TEXT   NOT NULL,
  kind       TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  class      TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  deed       TEXT   NOT NULL,
  cause      TEXT   NOT NULL,
  rule       TEXT   NOT NULL,
  edition    BIGINT NOT NULL,
  n          BIGINT NOT NULL,
  by_account TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (realm, hash)
);
CREATE INDEX retention_stone_at ON retention_stone (realm, at);
CREATE INDEX retention_stone_subject ON retention_stone (realm, subject);
-- Whoever destroys something, or keeps it from that, takes the realm's turn first.
CREATE TABLE retention_turn (
  realm TEXT   NOT NULL,
  n     BIGINT NOT NULL,
  PRIMARY KEY (realm)
);
CREATE TABLE retention_hold (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  lo         BIGINT NOT NULL,
  hi         BIGINT NOT NULL,
  reason     TEXT   NOT NULL,
  by_account TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  until_at   BIGINT NOT NULL,
  lift_by    TEXT   NOT NULL,
  lift_why   TEXT   NOT NULL,
  lifted_by  TEXT   NOT NULL,
  lifted_at  BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX retention_hold_live ON retention_hold (realm, until_at) WHERE lifted_at = 0;
CREATE TABLE retention_emergency (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  lo         BIGINT NOT NULL,
  hi         BIGINT NOT NULL,
  types      TEXT   NOT NULL,
  from_at    BIGINT NOT NULL,
  by_account TEXT   NOT NULL,
  lifted_at  BIGINT NOT NULL,
  lifted_by  TEXT   NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
-- Matters whose words were taken away, and when: what is to be destroyed is asked
-- for by when it ended.
CREATE TABLE matter_tomb (
  realm  TEXT   NOT NULL,
  matter TEXT   NOT NULL,
  kind   TEXT   NOT NULL,
  at     BIGINT NOT NULL,
  PRIMARY KEY (realm, matter, kind)
);
CREATE INDEX matter_over ON matter (realm, id, updated_at) WHERE open = 0;
