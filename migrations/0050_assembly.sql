-- +goose Up
-- Pages of a roster, by number.
CREATE INDEX deliberation_entry_no ON deliberation_entry (realm, roster, no);
CREATE INDEX deliberation_entry_holder ON deliberation_entry (realm, roster, holder) WHERE holder <> '';
CREATE INDEX deliberation_entry_aside ON deliberation_entry (realm, roster) WHERE aside = 1;
