-- +goose Up
-- What departments may ask of the grids: applied for, reviewed, tried, and listed
-- in public; and who tried to send them something else.
CREATE TABLE admission (
  realm       TEXT   NOT NULL,
  id          TEXT   NOT NULL,
  once        BIGINT NOT NULL,
  title       TEXT   NOT NULL,
  body        TEXT   NOT NULL,
  area        TEXT   NOT NULL,
  lo          BIGINT NOT NULL,
  hi          BIGINT NOT NULL,
  nature      TEXT   NOT NULL,
  answers     TEXT   NOT NULL,
  until_on    TEXT   NOT NULL,
  state       TEXT   NOT NULL,
  version     BIGINT NOT NULL,
  revision    BIGINT NOT NULL,
  applicant   TEXT   NOT NULL,
  checker     TEXT   NOT NULL,
  reviewer    TEXT   NOT NULL,
  minutes     BIGINT NOT NULL,
  trial_area  TEXT   NOT NULL,
  trial_lo    BIGINT NOT NULL,
  trial_hi    BIGINT NOT NULL,
  trial_until TEXT   NOT NULL,
  entered_at  BIGINT NOT NULL,
  due_at      BIGINT NOT NULL,
  timer_at    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX admission_state ON admission (realm, state, id);
CREATE INDEX admission_timer ON admission (realm, timer_at) WHERE timer_at > 0;
CREATE TABLE admission_type (
  realm     TEXT NOT NULL,
  code      TEXT NOT NULL,
  admission TEXT NOT NULL,
  PRIMARY KEY (realm, code, admission)
);
CREATE INDEX admission_type_of ON admission_type (realm, admission, code);
CREATE TABLE admission_event (
  realm     TEXT   NOT NULL,
  admission TEXT   NOT NULL,
  seq       BIGINT NOT NULL,
  action    TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  actor     TEXT   NOT NULL,
  role      TEXT   NOT NULL,
  answers   TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (realm, admission, seq)
);
-- Each change of the published list has a number.
CREATE TABLE admission_list (
  realm     TEXT   NOT NULL,
  number    BIGINT NOT NULL,
  admission TEXT   NOT NULL,
  act       TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (realm, number)
);
CREATE TABLE admission_attempt (
  realm TEXT   NOT NULL,
  id    TEXT   NOT NULL,
  code  TEXT   NOT NULL,
  body  TEXT   NOT NULL,
  place BIGINT NOT NULL,
  actor TEXT   NOT NULL,
  at    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX admission_attempt_at ON admission_attempt (realm, at, id);
