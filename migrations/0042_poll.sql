-- +goose Up
-- Votes. key is sealed, and gone once a secret vote is counted; result is empty
-- until then.
CREATE TABLE deliberation_poll (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  roster     TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  question   TEXT   NOT NULL,
  options    TEXT   NOT NULL,
  rule       TEXT   NOT NULL,
  secret     BIGINT NOT NULL,
  changeable BIGINT NOT NULL,
  channels   TEXT   NOT NULL,
  former     TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  opened_at  BIGINT NOT NULL,
  closes_at  BIGINT NOT NULL,
  key        TEXT   NOT NULL,
  result     TEXT   NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_poll_closing ON deliberation_poll (realm, state, closes_at, id);
CREATE INDEX deliberation_poll_former ON deliberation_poll (realm, former) WHERE former <> '';
-- Who is entitled, and that somebody voted: by which channel, never what or when.
-- hash is of the credential.
CREATE TABLE deliberation_voter (
  realm   TEXT   NOT NULL,
  poll    TEXT   NOT NULL,
  member  TEXT   NOT NULL,
  holder  TEXT   NOT NULL,
  account TEXT   NOT NULL,
  area    BIGINT NOT NULL,
  aside   BIGINT NOT NULL,
  hash    TEXT   NOT NULL,
  letters BIGINT NOT NULL,
  channel TEXT   NOT NULL,
  shut    BIGINT NOT NULL,
  PRIMARY KEY (realm, poll, member)
);
CREATE INDEX deliberation_voter_hash ON deliberation_voter (realm, poll, hash) WHERE hash <> '';
CREATE INDEX deliberation_voter_account ON deliberation_voter (realm, account) WHERE account <> '';
-- What was voted by name, in open votes only.
CREATE TABLE deliberation_vote (
  realm  TEXT NOT NULL,
  poll   TEXT NOT NULL,
  member TEXT NOT NULL,
  choice TEXT NOT NULL,
  PRIMARY KEY (realm, poll, member)
);
-- Secret ballots until they are counted: closed with the vote's own key.
CREATE TABLE deliberation_urn (
  realm  TEXT NOT NULL,
  poll   TEXT NOT NULL,
  id     TEXT NOT NULL,
  ballot TEXT NOT NULL,
  PRIMARY KEY (realm, poll, id)
);
-- Secret ballots once they are counted, written in the order of their codes.
CREATE TABLE deliberation_ballot (
  realm  TEXT NOT NULL,
  poll   TEXT NOT NULL,
  code   TEXT NOT NULL,
  choice TEXT NOT NULL,
  PRIMARY KEY (realm, poll, code)
);
-- What each scrutineer counted of the paper.
CREATE TABLE deliberation_paper (
  realm   TEXT NOT NULL,
  poll    TEXT NOT NULL,
  account TEXT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (realm, poll, account)
);
