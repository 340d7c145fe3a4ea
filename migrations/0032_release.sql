-- +goose Up
-- What is to become public: as it was written, who released it, what became of it.
-- live is 1 while a draft is not decided: a subject has one of each kind and file.
CREATE TABLE release_draft (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  kind       TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  file       TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  link       TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  town       BIGINT NOT NULL,
  avoid      TEXT   NOT NULL,
  words      TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  state      TEXT   NOT NULL,
  live       BIGINT NOT NULL,
  author     TEXT   NOT NULL,
  releaser   TEXT   NOT NULL,
  reason     TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX release_draft_live ON release_draft (realm, subject, kind, file) WHERE live = 1;
CREATE INDEX release_draft_of ON release_draft (realm, subject, at, id);
CREATE INDEX release_draft_state ON release_draft (realm, state, at, id);
CREATE TABLE release_version (
  realm   TEXT   NOT NULL,
  draft   TEXT   NOT NULL,
  version BIGINT NOT NULL,
  words   TEXT   NOT NULL,
  kinds   TEXT   NOT NULL,
  author  TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (realm, draft, version)
);
CREATE TABLE release_event (
  realm   TEXT   NOT NULL,
  draft   TEXT   NOT NULL,
  seq     BIGINT NOT NULL,
  act     TEXT   NOT NULL,
  version BIGINT NOT NULL,
  kinds   TEXT   NOT NULL,
  reason  TEXT   NOT NULL,
  actor   TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (realm, draft, seq)
);
-- What waits to be public by the rule before was seen by one person only: it stays
-- in the history and is written anew. What was public stays.
UPDATE matter SET public_text = '' WHERE published = 0 AND public_text <> '';
