-- +goose Up
-- The lock of the urn of a secret vote whose key is in the hands of several people, as
-- JSON; "gone" once it is counted, empty where the installation's key opens the urn.
ALTER TABLE deliberation_poll ADD COLUMN hands TEXT NOT NULL DEFAULT '';
