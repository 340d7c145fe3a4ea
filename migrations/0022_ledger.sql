-- +goose Up
-- The log of all audit entries: leaves in the order they were taken, the hashes
-- of complete subtrees above them, and the signed heads.
CREATE TABLE ledger_tree (
  realm TEXT   NOT NULL,
  size  BIGINT NOT NULL,
  PRIMARY KEY (realm)
);
CREATE TABLE ledger_lane (
  realm TEXT   NOT NULL,
  lane  BIGINT NOT NULL,
  seq   BIGINT NOT NULL,
  PRIMARY KEY (realm, lane)
);
CREATE TABLE ledger_leaf (
  realm TEXT   NOT NULL,
  idx   BIGINT NOT NULL,
  lane  BIGINT NOT NULL,
  seq   BIGINT NOT NULL,
  hash  TEXT   NOT NULL,
  PRIMARY KEY (realm, idx)
);
CREATE UNIQUE INDEX ledger_leaf_entry ON ledger_leaf (realm, lane, seq);
CREATE INDEX ledger_leaf_hash ON ledger_leaf (realm, hash);
CREATE TABLE ledger_node (
  realm TEXT   NOT NULL,
  level BIGINT NOT NULL,
  idx   BIGINT NOT NULL,
  hash  TEXT   NOT NULL,
  PRIMARY KEY (realm, level, idx)
);
CREATE TABLE ledger_head (
  realm TEXT   NOT NULL,
  size  BIGINT NOT NULL,
  note  TEXT   NOT NULL,
  PRIMARY KEY (realm, size)
);
