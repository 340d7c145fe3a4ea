-- +goose Up
-- The kinds of things that a grant is narrowed to: codes or their beginnings, with
-- spaces between; empty for everything. What waits in an inbox has its kind beside
-- it, so that lists are narrowed where they are read.
ALTER TABLE identity_grant ADD COLUMN kinds TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox_item ADD COLUMN kind TEXT NOT NULL DEFAULT '';
