-- +goose Up
CREATE TABLE inbox_item (
  realm    TEXT   NOT NULL,
  subject  TEXT   NOT NULL,
  role     TEXT   NOT NULL,
  body     TEXT   NOT NULL,
  place    BIGINT NOT NULL,
  town     BIGINT NOT NULL,
  title    TEXT   NOT NULL,
  link     TEXT   NOT NULL,
  since_at BIGINT NOT NULL,
  due_at   BIGINT NOT NULL,
  PRIMARY KEY (realm, subject)
);
CREATE INDEX inbox_item_role ON inbox_item (realm, role, due_at, subject);
CREATE INDEX inbox_item_town ON inbox_item (realm, role, town, due_at, subject);
CREATE INDEX inbox_item_place ON inbox_item (realm, role, place);
CREATE INDEX inbox_item_body ON inbox_item (realm, body, role, due_at, subject) WHERE body <> '';
