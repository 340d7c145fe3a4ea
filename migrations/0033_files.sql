-- +goose Up
-- The mark of the key that closed a photo's files, which their names end with; '' for
-- files from before photos were sealed.
ALTER TABLE files_photo ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
CREATE INDEX files_photo_sealed ON files_photo (realm, sealed, id);

-- Copies of photos of matters without what must not be seen. shown is 1 for those that
-- everybody may see; each belongs to a draft of core/release and the version with which
-- it was made.
CREATE TABLE matter_picture (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  draft      TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  matter     TEXT   NOT NULL,
  seq        BIGINT NOT NULL,
  photo      TEXT   NOT NULL,
  copy       TEXT   NOT NULL,
  width      BIGINT NOT NULL,
  height     BIGINT NOT NULL,
  boxes      TEXT   NOT NULL,
  caption    TEXT   NOT NULL,
  shown      BIGINT NOT NULL,
  by_account TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX matter_picture_draft ON matter_picture (realm, draft, version);
CREATE INDEX matter_picture_photo ON matter_picture (realm, matter, photo, at);
CREATE UNIQUE INDEX matter_picture_shown ON matter_picture (realm, matter, photo) WHERE shown = 1;
