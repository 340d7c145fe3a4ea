-- +goose Up
-- What is open is counted and narrowed by an index alone, whatever a list asks for;
-- what has ended too is found by channel and by village.
DROP INDEX matter_due;
CREATE INDEX matter_due ON matter (realm, due_at, id, warn_at, privacy, main, type, state, place, town, owner,
  origin, reported_at, escalation, returns, supervised, applied, parts) WHERE open = 1;
CREATE INDEX matter_newest_place ON matter (realm, place, reported_at, id);
CREATE INDEX matter_newest_origin ON matter (realm, origin, reported_at, id);
-- Rare marks, among all that ever was.
CREATE INDEX matter_escalated ON matter (realm, reported_at, id) WHERE escalation > 0;
CREATE INDEX matter_returned ON matter (realm, reported_at, id) WHERE returns > 0;
CREATE INDEX matter_supervised ON matter (realm, reported_at, id) WHERE supervised = 1;
CREATE INDEX matter_applied ON matter (realm, reported_at, id) WHERE applied <> '';
CREATE INDEX matter_parts ON matter (realm, reported_at, id) WHERE parts > 0;
CREATE INDEX matter_kept ON matter (realm, keeper, reported_at, id) WHERE keeper <> '';
CREATE INDEX matter_ended ON matter (realm, state, reported_at, id) WHERE open = 0;
