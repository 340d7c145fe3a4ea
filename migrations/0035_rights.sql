-- +goose Up
-- What people ask about their own data. sealed is what they wrote, empty once that
-- is gone; subject is a reference.
CREATE TABLE rights_request (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  wish       TEXT   NOT NULL,
  door       TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  number     TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  town       BIGINT NOT NULL,
  sealed     TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  taker      TEXT   NOT NULL,
  proposer   TEXT   NOT NULL,
  extended   BIGINT NOT NULL,
  ground     TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  entered_at BIGINT NOT NULL,
  due_at     BIGINT NOT NULL,
  timer_at   BIGINT NOT NULL,
  warn_at    BIGINT NOT NULL,
  whole_at   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX rights_request_due ON rights_request (realm, due_at, id);
CREATE INDEX rights_request_entered ON rights_request (realm, entered_at, id);
CREATE INDEX rights_request_timer ON rights_request (realm, timer_at) WHERE timer_at > 0;
CREATE INDEX rights_request_subject ON rights_request (realm, subject, at, id) WHERE subject <> '';
CREATE TABLE rights_event (
  realm   TEXT   NOT NULL,
  request TEXT   NOT NULL,
  seq     BIGINT NOT NULL,
  action  TEXT   NOT NULL,
  state   TEXT   NOT NULL,
  actor   TEXT   NOT NULL,
  role    TEXT   NOT NULL,
  answers TEXT   NOT NULL,
  past    TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (realm, request, seq)
);
