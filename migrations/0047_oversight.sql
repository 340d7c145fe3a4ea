-- +goose Up
-- One row for each proceeding: what its events added up to. doers are the accounts
-- that acted on it, bodies those that met or voted, red how many passed steps lack
-- their proof, counted what it stands for in the cells, as JSON.
CREATE TABLE deliberation_trail (
  realm      TEXT   NOT NULL,
  proceeding TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  body       TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  doers      TEXT   NOT NULL,
  bodies     TEXT   NOT NULL,
  red        BIGINT NOT NULL,
  begun_at   BIGINT NOT NULL,
  counted    TEXT   NOT NULL,
  PRIMARY KEY (realm, proceeding)
);
CREATE INDEX deliberation_trail_begun ON deliberation_trail (realm, begun_at, proceeding);
CREATE INDEX deliberation_trail_red ON deliberation_trail (realm, begun_at, proceeding) WHERE red > 0;
-- Counts by month, place and body. bucket is a number of days where the measure is a
-- duration, and 0 elsewhere.
CREATE TABLE deliberation_cell (
  realm   TEXT   NOT NULL,
  month   BIGINT NOT NULL,
  place   BIGINT NOT NULL,
  body    TEXT   NOT NULL,
  measure TEXT   NOT NULL,
  bucket  BIGINT NOT NULL,
  n       BIGINT NOT NULL,
  PRIMARY KEY (realm, month, place, body, measure, bucket)
);
-- Samples of records: frame is a sum over all there were to draw from.
CREATE TABLE deliberation_sample (
  realm     TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  area      TEXT   NOT NULL,
  lo        BIGINT NOT NULL,
  hi        BIGINT NOT NULL,
  from_at   BIGINT NOT NULL,
  to_at     BIGINT NOT NULL,
  size      BIGINT NOT NULL,
  seed      TEXT   NOT NULL,
  frame     TEXT   NOT NULL,
  found     BIGINT NOT NULL,
  barred    BIGINT NOT NULL,
  inspector TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
-- What an inspector found of one record. sample is empty for one taken up without,
-- and why says why.
CREATE TABLE deliberation_inspection (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  sample     TEXT   NOT NULL,
  proceeding TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  why        TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  inspector  TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  findings   TEXT   NOT NULL,
  step       TEXT   NOT NULL,
  words      TEXT   NOT NULL,
  rounds     BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  judged_at  BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_inspection_sample ON deliberation_inspection (realm, sample, id) WHERE sample <> '';
CREATE INDEX deliberation_inspection_open ON deliberation_inspection (realm, state, at, id);
CREATE INDEX deliberation_inspection_proceeding ON deliberation_inspection (realm, proceeding, at, id);
