-- +goose Up
-- What the procedures' events told, once each. Facts are folded from them.
CREATE TABLE evaluation_event (
  realm TEXT   NOT NULL,
  ref   TEXT   NOT NULL,
  seq   BIGINT NOT NULL,
  at    BIGINT NOT NULL,
  body  TEXT   NOT NULL,
  PRIMARY KEY (realm, ref, seq)
);
-- One row for each case. The months say which counts it belongs to: year * 12 +
-- month - 1; 0 for none. fact is the folded case, as JSON.
CREATE TABLE evaluation_fact (
  realm      TEXT   NOT NULL,
  ref        TEXT   NOT NULL,
  reported   BIGINT NOT NULL,
  dispatched BIGINT NOT NULL,
  handled    BIGINT NOT NULL,
  called     BIGINT NOT NULL,
  fact       TEXT   NOT NULL,
  PRIMARY KEY (realm, ref)
);
CREATE INDEX evaluation_fact_reported ON evaluation_fact (realm, reported, ref);
CREATE INDEX evaluation_fact_dispatched ON evaluation_fact (realm, dispatched, ref) WHERE dispatched > 0;
CREATE INDEX evaluation_fact_handled ON evaluation_fact (realm, handled, ref) WHERE handled > 0;
CREATE INDEX evaluation_fact_called ON evaluation_fact (realm, called, ref) WHERE called > 0;
-- Counts by month and dimension, made from facts.
CREATE TABLE evaluation_count (
  realm     TEXT   NOT NULL,
  month     BIGINT NOT NULL,
  dimension TEXT   NOT NULL,
  within    TEXT   NOT NULL,
  part      TEXT   NOT NULL,
  measure   TEXT   NOT NULL,
  n         BIGINT NOT NULL,
  PRIMARY KEY (realm, dimension, within, month, part, measure)
);
CREATE INDEX evaluation_count_month ON evaluation_count (realm, month);
-- Months whose counts have to be made anew. stamp tells a change during the making.
CREATE TABLE evaluation_month (
  realm   TEXT   NOT NULL,
  month   BIGINT NOT NULL,
  stamp   BIGINT NOT NULL,
  made    BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  edition BIGINT NOT NULL,
  PRIMARY KEY (realm, month)
);
