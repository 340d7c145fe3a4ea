-- +goose Up
CREATE TABLE procedure_version (
  realm        TEXT   NOT NULL,
  name         TEXT   NOT NULL,
  version      BIGINT NOT NULL,
  body         TEXT   NOT NULL,
  basis        TEXT   NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT   NOT NULL,
  PRIMARY KEY (realm, name, version)
);
