-- +goose Up
-- The exact point of what is sealed lies with its words now. Those of before are
-- covered once more.
UPDATE matter SET covered = 0 WHERE privacy = 'D' AND lon IS NOT NULL;
