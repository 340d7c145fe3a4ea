-- +goose Up
-- grade: 1 core, 2 second, 3 rural; it scales terms in working time; 0 is as above. profile: what
-- sort of place it is, such as 'park' or 'old_estate'; empty for an ordinary one.
ALTER TABLE org_area ADD COLUMN grade   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE org_area ADD COLUMN profile TEXT   NOT NULL DEFAULT '';
