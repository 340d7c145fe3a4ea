-- +goose Up
-- Meetings. rule is the kind as it was when the meeting was called; begin and finish are
-- its quorum as it stood.
CREATE TABLE gathering (
  realm     TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  rule      TEXT   NOT NULL,
  number    TEXT   NOT NULL,
  title     TEXT   NOT NULL,
  host      TEXT   NOT NULL,
  purpose   TEXT   NOT NULL,
  area      TEXT   NOT NULL,
  place     BIGINT NOT NULL,
  venue     TEXT   NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at   BIGINT NOT NULL,
  state     TEXT   NOT NULL,
  agenda    TEXT   NOT NULL,
  former    TEXT   NOT NULL,
  guests    TEXT   NOT NULL,
  noticed   TEXT   NOT NULL,
  sequence  BIGINT NOT NULL,
  reason    TEXT   NOT NULL,
  signed    BIGINT NOT NULL,
  quorum    TEXT   NOT NULL,
  called_at BIGINT NOT NULL,
  begun_at  BIGINT NOT NULL,
  ended_at  BIGINT NOT NULL,
  revision  BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX gathering_day ON gathering (realm, starts_at, id);
CREATE INDEX gathering_purpose ON gathering (realm, purpose) WHERE purpose <> '';
-- The last number of each year's series.
CREATE TABLE gathering_series (
  realm TEXT   NOT NULL,
  host  TEXT   NOT NULL,
  kind  TEXT   NOT NULL,
  year  TEXT   NOT NULL,
  last  BIGINT NOT NULL,
  PRIMARY KEY (realm, host, kind, year)
);
-- Who was told, when, by which way; who said so. No names. hash is of the link's code.
CREATE TABLE gathering_notice (
  realm        TEXT   NOT NULL,
  gathering    TEXT   NOT NULL,
  seat         TEXT   NOT NULL,
  no           BIGINT NOT NULL,
  account      TEXT   NOT NULL,
  standing     TEXT   NOT NULL,
  hash         TEXT   NOT NULL,
  letters      BIGINT NOT NULL,
  told_at      BIGINT NOT NULL,
  told_way     TEXT   NOT NULL,
  told_by      TEXT   NOT NULL,
  told_of      BIGINT NOT NULL,
  received_at  BIGINT NOT NULL,
  received_way TEXT   NOT NULL,
  read_at      BIGINT NOT NULL,
  PRIMARY KEY (realm, gathering, seat)
);
CREATE INDEX gathering_notice_hash ON gathering_notice (realm, gathering, hash) WHERE hash <> '';
CREATE INDEX gathering_notice_account ON gathering_notice (realm, account, gathering) WHERE account <> '';
-- Who came and left, line by line.
CREATE TABLE gathering_coming (
  realm     TEXT   NOT NULL,
  gathering TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  seat      TEXT   NOT NULL,
  act       TEXT   NOT NULL,
  way       TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  account   TEXT   NOT NULL,
  PRIMARY KEY (realm, gathering, id)
);
-- Minutes, version by version, sealed.
CREATE TABLE gathering_minutes (
  realm     TEXT   NOT NULL,
  gathering TEXT   NOT NULL,
  n         BIGINT NOT NULL,
  sealed    TEXT   NOT NULL,
  reason    TEXT   NOT NULL,
  signed    BIGINT NOT NULL,
  account   TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (realm, gathering, n)
);
CREATE TABLE gathering_resolution (
  realm     TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  gathering TEXT   NOT NULL,
  n         BIGINT NOT NULL,
  item      BIGINT NOT NULL,
  duty      TEXT   NOT NULL,
  body      TEXT   NOT NULL,
  text      TEXT   NOT NULL,
  due       TEXT   NOT NULL,
  terms     TEXT   NOT NULL,
  place     BIGINT NOT NULL,
  done      TEXT   NOT NULL,
  note      TEXT   NOT NULL,
  dropped   TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  revision  BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX gathering_resolution_of ON gathering_resolution (realm, gathering, n);
CREATE TABLE gathering_filing (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  gathering  TEXT   NOT NULL,
  resolution TEXT   NOT NULL,
  unit       TEXT   NOT NULL,
  number     TEXT   NOT NULL,
  day        TEXT   NOT NULL,
  photos     BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  account    TEXT   NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX gathering_filing_of ON gathering_filing (realm, gathering, at);
-- What was done, for the pages; the audit has it too.
CREATE TABLE gathering_line (
  realm     TEXT   NOT NULL,
  gathering TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  act       TEXT   NOT NULL,
  account   TEXT   NOT NULL,
  reason    TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (realm, gathering, id)
);
