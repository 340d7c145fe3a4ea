-- +goose Up
-- The mark of the key that closed a photo's files, which their names end with; '' for
-- files from before photos were sealed.
ALTER TABLE files_photo ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
CREATE INDEX files_photo_sealed ON files_photo (realm, sealed, id);
