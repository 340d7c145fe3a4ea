-- +goose Up
-- Bodies that decide, their members, and who might vote. sealed is name and
-- households, empty once that is gone.
CREATE TABLE deliberation_assembly (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  kind       TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  area       TEXT   NOT NULL,
  place      BIGINT NOT NULL,
  households BIGINT NOT NULL,
  women      BIGINT NOT NULL,
  ended_on   TEXT   NOT NULL,
  revision   BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_assembly_place ON deliberation_assembly (realm, place, name, id);
CREATE TABLE deliberation_member (
  realm    TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  assembly TEXT   NOT NULL,
  no       BIGINT NOT NULL,
  sealed   TEXT   NOT NULL,
  account  TEXT   NOT NULL,
  voting   BIGINT NOT NULL,
  seat     TEXT   NOT NULL,
  since_on TEXT   NOT NULL,
  until_on TEXT   NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX deliberation_member_no ON deliberation_member (realm, assembly, no);
CREATE INDEX deliberation_member_account ON deliberation_member (realm, account, assembly) WHERE account <> '';
CREATE INDEX deliberation_member_until ON deliberation_member (realm, until_on, id) WHERE until_on <> '';
CREATE TABLE deliberation_mandate (
  realm    TEXT   NOT NULL,
  member   TEXT   NOT NULL,
  seq      BIGINT NOT NULL,
  act      TEXT   NOT NULL,
  voting   BIGINT NOT NULL,
  seat     TEXT   NOT NULL,
  since_on TEXT   NOT NULL,
  until_on TEXT   NOT NULL,
  cause    TEXT   NOT NULL,
  account  TEXT   NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (realm, member, seq)
);
CREATE TABLE deliberation_roster (
  realm     TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  assembly  TEXT   NOT NULL,
  vote      TEXT   NOT NULL,
  title     TEXT   NOT NULL,
  subject   TEXT   NOT NULL,
  day       TEXT   NOT NULL,
  secret    BIGINT NOT NULL,
  rule      TEXT   NOT NULL,
  people    BIGINT NOT NULL,
  area      BIGINT NOT NULL,
  digest    TEXT   NOT NULL,
  account   TEXT   NOT NULL,
  frozen_at BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX deliberation_roster_vote ON deliberation_roster (realm, assembly, vote);
CREATE INDEX deliberation_roster_frozen ON deliberation_roster (realm, assembly, frozen_at, id);
CREATE TABLE deliberation_entry (
  realm      TEXT   NOT NULL,
  roster     TEXT   NOT NULL,
  member     TEXT   NOT NULL,
  no         BIGINT NOT NULL,
  sealed     TEXT   NOT NULL,
  share      BIGINT NOT NULL,
  entitled   BIGINT NOT NULL,
  why        TEXT   NOT NULL,
  aside      BIGINT NOT NULL,
  conflict   TEXT   NOT NULL,
  holder     TEXT   NOT NULL,
  written_on TEXT   NOT NULL,
  PRIMARY KEY (realm, roster, member)
);
CREATE INDEX deliberation_entry_member ON deliberation_entry (realm, member, roster);
