-- +goose Up
-- Statistics of a period as they were published. number is the period and which
-- publication of it this is, asked_at also the instant they tell of, head the signed
-- head of the log they were counted from, facts the digest of the facts' file,
-- problem what keeps them from being made.
CREATE TABLE evaluation_bulletin (
  realm     TEXT   NOT NULL,
  number    TEXT   NOT NULL,
  first     BIGINT NOT NULL,
  last      BIGINT NOT NULL,
  asked_at  BIGINT NOT NULL,
  asked_by  TEXT   NOT NULL,
  edition   BIGINT NOT NULL,
  made_at   BIGINT NOT NULL,
  cases     BIGINT NOT NULL,
  facts     TEXT   NOT NULL,
  counts    TEXT   NOT NULL,
  head      TEXT   NOT NULL,
  problem   TEXT   NOT NULL,
  PRIMARY KEY (realm, number)
);
CREATE INDEX evaluation_bulletin_asked ON evaluation_bulletin (realm, asked_at, number);
CREATE INDEX evaluation_bulletin_period ON evaluation_bulletin (realm, first, last, asked_at);
