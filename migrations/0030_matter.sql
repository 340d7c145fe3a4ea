-- +goose Up
-- Requests to open a reporter's contact. One request waits or runs for each
-- matter and asker.
CREATE TABLE matter_reveal (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  matter     TEXT   NOT NULL,
  number     TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  purpose    TEXT   NOT NULL,
  words      TEXT   NOT NULL,
  call       TEXT   NOT NULL,
  ground     TEXT   NOT NULL,
  asker      TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  asked_at   BIGINT NOT NULL,
  ends_at    BIGINT NOT NULL,
  decider    TEXT   NOT NULL,
  decided_at BIGINT NOT NULL,
  reason     TEXT   NOT NULL,
  openings   BIGINT NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX matter_reveal_one ON matter_reveal (realm, matter, asker) WHERE state = 'asked' OR state = 'approved';
CREATE INDEX matter_reveal_matter ON matter_reveal (realm, matter, id);
CREATE INDEX matter_reveal_ends ON matter_reveal (realm, ends_at) WHERE state = 'asked' OR state = 'approved';

-- Each time a contact was opened.
CREATE TABLE matter_opening (
  realm   TEXT   NOT NULL,
  reveal  TEXT   NOT NULL,
  seq     BIGINT NOT NULL,
  matter  TEXT   NOT NULL,
  account TEXT   NOT NULL,
  body    TEXT   NOT NULL,
  purpose TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (realm, reveal, seq)
);
CREATE INDEX matter_opening_matter ON matter_opening (realm, matter, at);

-- What staff and the reporter write to each other. The words are sealed.
CREATE TABLE matter_message (
  realm   TEXT   NOT NULL,
  id      TEXT   NOT NULL,
  matter  TEXT   NOT NULL,
  side    TEXT   NOT NULL,
  account TEXT   NOT NULL,
  role    TEXT   NOT NULL,
  body    TEXT   NOT NULL,
  sealed  TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX matter_message_matter ON matter_message (realm, matter, id);
CREATE INDEX matter_message_unread ON matter_message (realm, matter, side) WHERE read_at = 0;

-- Questions that the desk puts to a reporter by telephone, for whoever deals
-- with the matter.
CREATE TABLE matter_call (
  realm    TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  matter   TEXT   NOT NULL,
  question TEXT   NOT NULL,
  asker    TEXT   NOT NULL,
  body     TEXT   NOT NULL,
  state    TEXT   NOT NULL,
  outcome  TEXT   NOT NULL,
  caller   TEXT   NOT NULL,
  asked_at BIGINT NOT NULL,
  done_at  BIGINT NOT NULL,
  tries    BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX matter_call_one ON matter_call (realm, matter) WHERE state = 'waits';
CREATE INDEX matter_call_matter ON matter_call (realm, matter, id);

-- Matters that name the account of their reporter. A step in Go writes sums over
-- these names.
CREATE TABLE matter_named (
  realm  TEXT   NOT NULL,
  matter TEXT   NOT NULL,
  done   BIGINT NOT NULL,
  PRIMARY KEY (realm, matter)
);
CREATE INDEX matter_named_left ON matter_named (realm, matter) WHERE done = 0;
INSERT INTO matter_named (realm, matter, done) SELECT realm, id, 0 FROM matter WHERE reporter <> '';
