-- +goose Up
-- Topics on their way through a procedure. method is the procedure's name, back what
-- supervision sent back, plan the proposal in the words that were released.
CREATE TABLE deliberation_proceeding (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  topic      TEXT   NOT NULL,
  matter     TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  town       BIGINT NOT NULL,
  declared   BIGINT NOT NULL,
  one_leader BIGINT NOT NULL,
  method     TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  state      TEXT   NOT NULL,
  ended      BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  plan       TEXT   NOT NULL,
  back       TEXT   NOT NULL,
  starter    TEXT   NOT NULL,
  started_at BIGINT NOT NULL,
  entered_at BIGINT NOT NULL,
  due_at     BIGINT NOT NULL,
  timer_at   BIGINT NOT NULL,
  warn_at    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_proceeding_due ON deliberation_proceeding (realm, ended, due_at, id);
CREATE INDEX deliberation_proceeding_state ON deliberation_proceeding (realm, ended, state, due_at, id);
CREATE INDEX deliberation_proceeding_over ON deliberation_proceeding (realm, ended, entered_at, id);
CREATE INDEX deliberation_proceeding_timer ON deliberation_proceeding (realm, timer_at) WHERE timer_at > 0;
CREATE INDEX deliberation_proceeding_topic ON deliberation_proceeding (realm, topic, started_at, id);
CREATE INDEX deliberation_proceeding_matter ON deliberation_proceeding (realm, matter, started_at, id) WHERE matter <> '';
-- What happened to each. numbers are of the vote that was passed or lost with it.
CREATE TABLE deliberation_course (
  realm      TEXT   NOT NULL,
  proceeding TEXT   NOT NULL,
  seq        BIGINT NOT NULL,
  action     TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  step       TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  role       TEXT   NOT NULL,
  answers    TEXT   NOT NULL,
  numbers    TEXT   NOT NULL,
  past       TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (realm, proceeding, seq)
);
-- What proves the steps. A proof that was taken from its step stays, with the reason.
CREATE TABLE deliberation_proof (
  realm      TEXT   NOT NULL,
  proceeding TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  step       TEXT   NOT NULL,
  kind       TEXT   NOT NULL,
  ref        TEXT   NOT NULL,
  detail     TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL,
  why        TEXT   NOT NULL,
  PRIMARY KEY (realm, proceeding, id)
);
CREATE INDEX deliberation_proof_ref ON deliberation_proof (realm, kind, ref, proceeding) WHERE ended_at = 0;
