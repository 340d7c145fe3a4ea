-- +goose Up
CREATE TABLE search_doc (
  realm  TEXT   NOT NULL,
  doc    BIGINT NOT NULL,
  kind   TEXT   NOT NULL,
  ref    TEXT   NOT NULL,
  place  BIGINT NOT NULL,
  access BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  PRIMARY KEY (realm, doc),
  UNIQUE (realm, kind, ref)
) WITHOUT ROWID;
-- Its rowid is the doc. The ascii tokenizer keeps every character beyond ASCII,
-- so what is between two spaces is one token on every version of Unicode.
CREATE VIRTUAL TABLE search_index USING fts5(
  grams,
  content = '',
  contentless_delete = 1,
  tokenize = 'ascii',
  prefix = '1'
);
