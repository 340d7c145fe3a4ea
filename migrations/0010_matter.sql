-- +goose Up
CREATE TABLE matter (
  realm             TEXT   NOT NULL,
  id                TEXT   NOT NULL,
  number            TEXT   NOT NULL,
  origin            TEXT   NOT NULL,
  origin_id         TEXT   NOT NULL,
  procedure_name    TEXT   NOT NULL,
  procedure_version BIGINT NOT NULL,
  state             TEXT   NOT NULL,
  open              BIGINT NOT NULL,
  revision          BIGINT NOT NULL,
  type              TEXT   NOT NULL,
  privacy           TEXT   NOT NULL,
  title             TEXT   NOT NULL,
  body              TEXT   NOT NULL,
  address           TEXT   NOT NULL,
  lon               BIGINT,
  lat               BIGINT,
  area              TEXT   NOT NULL,
  place             BIGINT NOT NULL,
  town              BIGINT NOT NULL,
  owner             TEXT   NOT NULL,
  handler           TEXT   NOT NULL,
  reporter          TEXT   NOT NULL,
  contactable       BIGINT NOT NULL,
  published         BIGINT NOT NULL,
  public_text       TEXT   NOT NULL,
  reply             TEXT   NOT NULL,
  rating            BIGINT NOT NULL,
  escalation        BIGINT NOT NULL,
  reported_at       BIGINT NOT NULL,
  entered_at        BIGINT NOT NULL,
  due_at            BIGINT NOT NULL,
  timer_at          BIGINT NOT NULL,
  updated_at        BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX matter_number ON matter (realm, number);
CREATE UNIQUE INDEX matter_origin ON matter (realm, origin, origin_id) WHERE origin_id <> '';
CREATE INDEX matter_due ON matter (realm, due_at, id) WHERE open = 1;
CREATE INDEX matter_state ON matter (realm, state, due_at, id) WHERE open = 1;
CREATE INDEX matter_town ON matter (realm, town, due_at, id) WHERE open = 1;
CREATE INDEX matter_place ON matter (realm, place, due_at) WHERE open = 1;
CREATE INDEX matter_owner ON matter (realm, owner, due_at, id) WHERE open = 1 AND owner <> '';
CREATE INDEX matter_owner_state ON matter (realm, owner, state, due_at, id) WHERE open = 1 AND owner <> '';
CREATE INDEX matter_timer ON matter (realm, timer_at) WHERE timer_at > 0;
CREATE INDEX matter_published ON matter (realm, reported_at, id) WHERE published = 1;

CREATE TABLE matter_event (
  realm     TEXT   NOT NULL,
  matter    TEXT   NOT NULL,
  seq       BIGINT NOT NULL,
  action    TEXT   NOT NULL,
  from_state TEXT  NOT NULL,
  to_state  TEXT   NOT NULL,
  actor     TEXT   NOT NULL,
  role      TEXT   NOT NULL,
  body      TEXT   NOT NULL,
  answers   TEXT   NOT NULL,
  basis     TEXT   NOT NULL,
  photos    BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  due_at    BIGINT NOT NULL,
  PRIMARY KEY (realm, matter, seq)
);

CREATE TABLE matter_contact (
  realm  TEXT NOT NULL,
  matter TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (realm, matter)
);
