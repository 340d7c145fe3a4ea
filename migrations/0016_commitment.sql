-- +goose Up
-- What was promised, in public, to be done by a day. Changes of the day stay visible.
CREATE TABLE commitment (
  realm    TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  title    TEXT   NOT NULL,
  wording  TEXT   NOT NULL,
  due_on   TEXT   NOT NULL,
  area     TEXT   NOT NULL,
  place    BIGINT NOT NULL,
  body     TEXT   NOT NULL,
  subject  TEXT   NOT NULL,
  state    TEXT   NOT NULL,
  result   TEXT   NOT NULL,
  done_on  TEXT   NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX commitment_due ON commitment (realm, state, due_on, id);
CREATE INDEX commitment_subject ON commitment (realm, subject, id) WHERE subject <> '';
CREATE TABLE commitment_event (
  realm      TEXT   NOT NULL,
  commitment TEXT   NOT NULL,
  seq        BIGINT NOT NULL,
  act        TEXT   NOT NULL,
  due_on     TEXT   NOT NULL,
  reason     TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (realm, commitment, seq)
);
