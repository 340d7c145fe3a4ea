-- +goose Up
CREATE TABLE org_realm (
  realm      TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (realm)
);
CREATE TABLE org_area (
  realm     TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  parent    TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  code      TEXT   NOT NULL,
  name      TEXT   NOT NULL,
  lo        BIGINT NOT NULL,
  hi        BIGINT NOT NULL,
  town      BIGINT NOT NULL,
  depth     BIGINT NOT NULL,
  shape     TEXT   NOT NULL,
  synthetic BIGINT NOT NULL,
  revision  BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX org_area_parent ON org_area (realm, parent);
CREATE UNIQUE INDEX org_area_lo ON org_area (realm, lo, depth);
CREATE UNIQUE INDEX org_area_code ON org_area (realm, code) WHERE code <> '';
CREATE TABLE org_body (
  realm    TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  kind     TEXT   NOT NULL,
  name     TEXT   NOT NULL,
  area     TEXT   NOT NULL,
  lo       BIGINT NOT NULL,
  hi       BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE TABLE org_post (
  realm    TEXT   NOT NULL,
  id       TEXT   NOT NULL,
  body     TEXT   NOT NULL,
  area     TEXT   NOT NULL,
  name     TEXT   NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX org_post_body ON org_post (realm, body, id);
