-- +goose Up
-- Who read what of it for which purpose. times counts the same look, repeated
-- within ten minutes.
CREATE TABLE sight_look (
  realm   TEXT   NOT NULL,
  id      TEXT   NOT NULL,
  subject TEXT   NOT NULL,
  place   BIGINT NOT NULL,
  fields  TEXT   NOT NULL,
  purpose TEXT   NOT NULL,
  words   TEXT   NOT NULL,
  account TEXT   NOT NULL,
  role    TEXT   NOT NULL,
  body    TEXT   NOT NULL,
  way     TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  times   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX sight_look_subject ON sight_look (realm, subject, at, id);
CREATE INDEX sight_look_account ON sight_look (realm, account, at, id);
CREATE INDEX sight_look_at ON sight_look (realm, at, id);

-- What somebody said they need to read a subject for, until the day ends.
CREATE TABLE sight_purpose (
  realm    TEXT   NOT NULL,
  account  TEXT   NOT NULL,
  subject  TEXT   NOT NULL,
  purpose  TEXT   NOT NULL,
  words    TEXT   NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (realm, account, subject)
);
CREATE INDEX sight_purpose_until ON sight_purpose (realm, until_at);

-- A sample of looks, and what an auditor found of each.
CREATE TABLE sight_sample (
  realm   TEXT   NOT NULL,
  id      TEXT   NOT NULL,
  from_at BIGINT NOT NULL,
  to_at   BIGINT NOT NULL,
  size    BIGINT NOT NULL,
  seed    TEXT   NOT NULL,
  found   BIGINT NOT NULL,
  auditor TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE TABLE sight_drawn (
  realm     TEXT   NOT NULL,
  sample    TEXT   NOT NULL,
  look      TEXT   NOT NULL,
  account   TEXT   NOT NULL,
  verdict   TEXT   NOT NULL,
  remark    TEXT   NOT NULL,
  auditor   TEXT   NOT NULL,
  judged_at BIGINT NOT NULL,
  answer    TEXT   NOT NULL,
  answered_at BIGINT NOT NULL,
  revision  BIGINT NOT NULL,
  PRIMARY KEY (realm, sample, look)
);
CREATE INDEX sight_drawn_account ON sight_drawn (realm, account, judged_at) WHERE verdict <> '';

-- The words of what is sealed lie here, and their own columns are empty. covered
-- says that what the class keeps back is out of the inbox and the index.
ALTER TABLE matter ADD COLUMN sealed  TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN covered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter_event ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
CREATE INDEX matter_uncovered ON matter (realm, id) WHERE covered = 0 AND privacy IN ('C', 'D');
CREATE INDEX matter_sealed ON matter (realm, id) WHERE sealed <> '';
CREATE INDEX matter_event_sealed ON matter_event (realm, matter, seq) WHERE sealed <> '';
