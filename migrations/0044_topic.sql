-- +goose Up
-- What residents and others suggest. sealed is their words and contact, reply what they
-- were told; both are sealed, and empty once they are gone.
CREATE TABLE deliberation_suggestion (
  realm       TEXT   NOT NULL,
  id          TEXT   NOT NULL,
  number      TEXT   NOT NULL,
  origin      TEXT   NOT NULL,
  source      TEXT   NOT NULL,
  area        TEXT   NOT NULL,
  place       BIGINT NOT NULL,
  town        BIGINT NOT NULL,
  sealed      TEXT   NOT NULL,
  contactable BIGINT NOT NULL,
  state       TEXT   NOT NULL,
  topic       TEXT   NOT NULL,
  reply       TEXT   NOT NULL,
  taker       TEXT   NOT NULL,
  at          BIGINT NOT NULL,
  due_at      BIGINT NOT NULL,
  replied_at  BIGINT NOT NULL,
  revision    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX deliberation_suggestion_number ON deliberation_suggestion (realm, number);
CREATE INDEX deliberation_suggestion_due ON deliberation_suggestion (realm, state, due_at, id);
CREATE INDEX deliberation_suggestion_town ON deliberation_suggestion (realm, town, state, due_at, id);
CREATE INDEX deliberation_suggestion_at ON deliberation_suggestion (realm, at, id);
CREATE INDEX deliberation_suggestion_source ON deliberation_suggestion (realm, source, id) WHERE source <> '';
CREATE INDEX deliberation_suggestion_topic ON deliberation_suggestion (realm, topic, state, due_at) WHERE topic <> '';
CREATE INDEX deliberation_suggestion_replied ON deliberation_suggestion (realm, replied_at, id) WHERE replied_at > 0;
-- Topics. title and body are the secretary's; shown_ are those that were released.
-- into is the topic that this one was merged with.
CREATE TABLE deliberation_topic (
  realm       TEXT   NOT NULL,
  id          TEXT   NOT NULL,
  title       TEXT   NOT NULL,
  body        TEXT   NOT NULL,
  shown_title TEXT   NOT NULL,
  shown_body  TEXT   NOT NULL,
  answer      TEXT   NOT NULL,
  subject     TEXT   NOT NULL,
  area        TEXT   NOT NULL,
  place       BIGINT NOT NULL,
  town        BIGINT NOT NULL,
  stage       TEXT   NOT NULL,
  former      TEXT   NOT NULL,
  into_topic  TEXT   NOT NULL,
  level       TEXT   NOT NULL,
  ref         TEXT   NOT NULL,
  suggestions BIGINT NOT NULL,
  accounts    BIGINT NOT NULL,
  codes       BIGINT NOT NULL,
  reps        BIGINT NOT NULL,
  households  BIGINT NOT NULL,
  raised_at   BIGINT NOT NULL,
  entered_at  BIGINT NOT NULL,
  due_at      BIGINT NOT NULL,
  decided_at  BIGINT NOT NULL,
  solved_at   BIGINT NOT NULL,
  revision    BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_topic_raised ON deliberation_topic (realm, raised_at, id);
CREATE INDEX deliberation_topic_town ON deliberation_topic (realm, town, raised_at, id);
CREATE INDEX deliberation_topic_stage ON deliberation_topic (realm, stage, raised_at, id);
CREATE INDEX deliberation_topic_town_stage ON deliberation_topic (realm, town, stage, raised_at, id);
CREATE INDEX deliberation_topic_ended ON deliberation_topic (realm, stage, entered_at, id);
CREATE INDEX deliberation_topic_into ON deliberation_topic (realm, into_topic, id) WHERE into_topic <> '';
CREATE INDEX deliberation_topic_decided ON deliberation_topic (realm, decided_at, id) WHERE decided_at > 0;
CREATE INDEX deliberation_topic_solved ON deliberation_topic (realm, solved_at, id) WHERE solved_at > 0;
-- A topic's history. words are for the desk, shown is what of them was released; first
-- and second are numbers that belong to the act.
CREATE TABLE deliberation_topic_event (
  realm   TEXT   NOT NULL,
  topic   TEXT   NOT NULL,
  seq     BIGINT NOT NULL,
  act     TEXT   NOT NULL,
  stage   TEXT   NOT NULL,
  level   TEXT   NOT NULL,
  skipped BIGINT NOT NULL,
  first   BIGINT NOT NULL,
  second  BIGINT NOT NULL,
  words   TEXT   NOT NULL,
  shown   TEXT   NOT NULL,
  ref     TEXT   NOT NULL,
  account TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (realm, topic, seq)
);
-- Who stands behind a topic, each once: a suggestion by its id, by whatever way, or the
-- sum of an account. via is the merged topic that brought them. Those that do not count
-- any more, because a merger was undone, have counted = 0.
CREATE TABLE deliberation_backing (
  realm   TEXT   NOT NULL,
  topic   TEXT   NOT NULL,
  mark    TEXT   NOT NULL,
  via     TEXT   NOT NULL,
  way     TEXT   NOT NULL,
  counted BIGINT NOT NULL,
  PRIMARY KEY (realm, topic, mark, via)
);
CREATE INDEX deliberation_backing_mark ON deliberation_backing (realm, mark, topic);
CREATE INDEX deliberation_backing_via ON deliberation_backing (realm, topic, via);
