-- +goose Up
-- What the whole life of a matter adds: its light and its term as a whole, the
-- edition of the catalogue it was dispatched under, relatives, what was applied
-- for, what was counted, and who was asked first.
ALTER TABLE matter ADD COLUMN warn_at      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN whole_at     BIGINT NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE matter ADD COLUMN edition      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN grade        BIGINT NOT NULL DEFAULT 1;
ALTER TABLE matter ADD COLUMN condition_of TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN relation     TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN parent       TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN parts        BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN main         TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN joined       BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN followers    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN applied      TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN applied_by   TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN applied_body TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN applied_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN returns      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN arbitrated   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN reworks      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN extensions   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN supervised   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN keeper       TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN keeper_next  TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN about        TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN drawn        BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN handler_body TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN tries        BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matter ADD COLUMN reached      TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN solved       TEXT   NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN satisfied    TEXT   NOT NULL DEFAULT '';
UPDATE matter SET handler_body = owner WHERE handler <> '';
CREATE INDEX matter_parent ON matter (realm, parent, id) WHERE parent <> '';
CREATE INDEX matter_main ON matter (realm, main, id) WHERE main <> '';
CREATE INDEX matter_keeper ON matter (realm, keeper, due_at, id) WHERE keeper <> '' AND open = 1;

-- What the clocks remember of a step, so that terms can be replayed.
ALTER TABLE matter_event ADD COLUMN term  TEXT NOT NULL DEFAULT '';
ALTER TABLE matter_event ADD COLUMN extra TEXT NOT NULL DEFAULT '';
ALTER TABLE matter_event ADD COLUMN whole TEXT NOT NULL DEFAULT '';
