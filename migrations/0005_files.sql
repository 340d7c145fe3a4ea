-- +goose Up
-- owner is '' until a use case attaches the photo.
CREATE TABLE files_photo (
  realm      TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  owner      TEXT   NOT NULL,
  width      BIGINT NOT NULL,
  height     BIGINT NOT NULL,
  bytes      BIGINT NOT NULL,
  sha256     TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT   NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX files_photo_owner ON files_photo (realm, owner, id);
