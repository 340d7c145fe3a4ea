-- +goose Up
-- One row for each version of a set of rules. A draft has number 0: a kind has
-- one at most. from_at orders what is in force.
CREATE TABLE edition (
  realm        TEXT   NOT NULL,
  kind         TEXT   NOT NULL,
  number       BIGINT NOT NULL,
  body         TEXT   NOT NULL,
  basis        TEXT   NOT NULL,
  note         TEXT   NOT NULL,
  from_at      BIGINT NOT NULL,
  by_account   TEXT   NOT NULL,
  at           BIGINT NOT NULL,
  published_by TEXT   NOT NULL,
  published_at BIGINT NOT NULL,
  revision     BIGINT NOT NULL,
  PRIMARY KEY (realm, kind, number)
);
CREATE INDEX edition_from ON edition (realm, kind, from_at) WHERE number > 0;
