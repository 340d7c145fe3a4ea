-- +goose Up
-- Filters that people keep, and the order of lists that hold what has ended too.
CREATE TABLE matter_view (
  realm      TEXT   NOT NULL,
  account    TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  query      TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (realm, account, id)
);
CREATE INDEX matter_newest ON matter (realm, reported_at, id);
CREATE INDEX matter_newest_town ON matter (realm, town, reported_at, id);
CREATE INDEX matter_newest_owner ON matter (realm, owner, reported_at, id) WHERE owner <> '';
CREATE INDEX matter_newest_type ON matter (realm, type, reported_at, id);
-- Counts of what is open are read from an index alone.
DROP INDEX matter_due;
CREATE INDEX matter_due ON matter (realm, due_at, id, warn_at, privacy, main, type, state, place, town, owner) WHERE open = 1;
DROP INDEX matter_town;
CREATE INDEX matter_town ON matter (realm, town, due_at, id, warn_at, privacy, main, type, state, place, owner) WHERE open = 1;
DROP INDEX matter_owner;
CREATE INDEX matter_owner ON matter (realm, owner, due_at, id, warn_at, privacy, main, type, state, place, town) WHERE open = 1 AND owner <> '';
CREATE INDEX matter_type ON matter (realm, type, due_at, id) WHERE open = 1;
