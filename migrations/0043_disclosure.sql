-- +goose Up
-- Public notices. Words stand here once they are released, and nowhere before but in
-- their draft. counted_at is the release from which the period is counted; until_on the
-- last day as it was known when the row was written; boards the paper boards on which it
-- has to hang, joined by commas.
CREATE TABLE deliberation_notice (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  number     TEXT   NOT NULL,
  kind       TEXT   NOT NULL,
  purpose    TEXT   NOT NULL,
  rule       TEXT   NOT NULL,
  basis      TEXT   NOT NULL,
  days       BIGINT NOT NULL,
  title      TEXT   NOT NULL,
  issuer     TEXT   NOT NULL,
  body       TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  boards     TEXT   NOT NULL,
  state      TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  material   BIGINT NOT NULL,
  posted_at  BIGINT NOT NULL,
  counted_at BIGINT NOT NULL,
  until_on   TEXT   NOT NULL,
  stood      BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL,
  reason     TEXT   NOT NULL,
  changed_at BIGINT NOT NULL,
  author     TEXT   NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_notice_ending ON deliberation_notice (realm, state, until_on, id);
CREATE INDEX deliberation_notice_purpose ON deliberation_notice (realm, purpose, id) WHERE purpose <> '';
CREATE INDEX deliberation_notice_desk ON deliberation_notice (realm, state, changed_at, id);
-- Numbers of a year that are given out.
CREATE TABLE deliberation_number (
  realm TEXT   NOT NULL,
  year  BIGINT NOT NULL,
  n     BIGINT NOT NULL,
  PRIMARY KEY (realm, year)
);
-- Every wording that was public, with why it took the place of the one before.
CREATE TABLE deliberation_wording (
  realm    TEXT   NOT NULL,
  notice   TEXT   NOT NULL,
  version  BIGINT NOT NULL,
  title    TEXT   NOT NULL,
  issuer   TEXT   NOT NULL,
  body     TEXT   NOT NULL,
  why      TEXT   NOT NULL,
  material BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (realm, notice, version)
);
-- The board of an area: a row for the notice's area and for each one above it.
CREATE TABLE deliberation_listing (
  realm      TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  notice     TEXT   NOT NULL,
  section    TEXT   NOT NULL,
  posted_at  BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (realm, area, notice)
);
CREATE INDEX deliberation_listing_board ON deliberation_listing (realm, area, section, posted_at, notice);
CREATE INDEX deliberation_listing_feed ON deliberation_listing (realm, area, changed_at, notice);
CREATE INDEX deliberation_listing_notice ON deliberation_listing (realm, notice);
-- Boards of wood and glass.
CREATE TABLE deliberation_board (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  name       TEXT   NOT NULL,
  retired_at BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_board_place ON deliberation_board (realm, place, id);
-- A notice on a paper board, from when to when, by whom, with photos. down_at is far
-- while it hangs.
CREATE TABLE deliberation_posting (
  realm    TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  notice   TEXT   NOT NULL,
  board    TEXT   NOT NULL,
  put_at   BIGINT NOT NULL,
  put_by   TEXT   NOT NULL,
  down_at  BIGINT NOT NULL,
  down_by  TEXT   NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_posting_notice ON deliberation_posting (realm, notice, board, put_at);
-- When a board was down. until_at is far while it is; notice is empty for all of them.
CREATE TABLE deliberation_gap (
  realm    TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  board    TEXT   NOT NULL,
  notice   TEXT   NOT NULL,
  cause    TEXT   NOT NULL,
  from_at  BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  reporter TEXT   NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_gap_board ON deliberation_gap (realm, board, notice, until_at);
-- When the web board was last seen to be up.
CREATE TABLE deliberation_beat (
  realm TEXT   NOT NULL,
  board TEXT   NOT NULL,
  at    BIGINT NOT NULL,
  PRIMARY KEY (realm, board)
);
-- Objections. sealed holds words and contact of who objected; answer what was released.
CREATE TABLE deliberation_objection (
  realm     TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  number    TEXT   NOT NULL,
  notice    TEXT   NOT NULL,
  place     BIGINT NOT NULL,
  sealed    TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  outcome   TEXT   NOT NULL,
  deed      TEXT   NOT NULL,
  answer    TEXT   NOT NULL,
  at        BIGINT NOT NULL,
  taken_at  BIGINT NOT NULL,
  ended_at  BIGINT NOT NULL,
  due_at    BIGINT NOT NULL,
  answer_at BIGINT NOT NULL,
  revision  BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX deliberation_objection_number ON deliberation_objection (realm, number);
CREATE INDEX deliberation_objection_notice ON deliberation_objection (realm, notice, at, id);
CREATE INDEX deliberation_objection_due ON deliberation_objection (realm, due_at, id);
