-- The statements of one report, for pgbench: what PostgreSQL alone reaches with them.
-- docs/benchmarks.md says how it is run.
\set n random(1, 2000000000)
\set m random(1, 2000000000)
\set lane random(0, 15)
\set place random(1, 1000)
BEGIN;
INSERT INTO matter (realm, id, number, procedure_version, state, open, revision, type, privacy, title, body, address, lon, lat, area, place, town, owner, handler, reporter, contactable, published, public_text, reply, rating, escalation, origin, origin_id, reported_at, entered_at, due_at, timer_at, updated_at, procedure_name)
  VALUES ('bench', 'm' || :n || '-' || :m, 'n' || :n || :m, 1, 'reported', 1, 1, '020101', 'A', 'a lamp is out', 'a lamp is out at the village gate', '', 1151000000, 356000000, 'area', :place, :place, '', '', '', 0, 0, '', '', 0, 0, 'api', 'o' || :m || :n, :n, :n, :n, :n, :n, 'matter.standard') ON CONFLICT DO NOTHING;
INSERT INTO matter_event (realm, matter, seq, action, from_state, to_state, actor, role, body, answers, basis, photos, at, due_at)
  VALUES ('bench', 'm' || :n || '-' || :m, 1, 'report', '', 'reported', '', 'reporter', '', '{}', 'basis.practice', 0, :n, :n);
INSERT INTO inbox_item (realm, subject, role, body, place, town, title, link, since_at, due_at)
  VALUES ('bench', 'matter/m' || :n || '-' || :m, 'dispatcher', '', :place, :place, 'a lamp is out', '/desk', :n, :n)
  ON CONFLICT (realm, subject) DO UPDATE SET role = excluded.role, due_at = excluded.due_at;
INSERT INTO jobs_job (realm, id, kind, job_key, body, state, run_at, attempt, lease_until, failure)
  VALUES ('bench', 'j' || :n || '-' || :m, 'outbox', NULL, '{"name":"matter.reported"}', 'ready', 0, 0, 0, '') ON CONFLICT DO NOTHING;
INSERT INTO audit_head (realm, lane, seq, hash) VALUES ('bench', :lane, 1, '')
  ON CONFLICT (realm, lane) DO UPDATE SET seq = audit_head.seq + 1 RETURNING seq, hash \gset
INSERT INTO audit_entry (realm, lane, seq, id, subject, act, actor, at, detail, prev, hash)
  VALUES ('bench', :lane, :seq, 'e' || :n, 'matter/m' || :n || '-' || :m, 'matter.reported', '', :n, '{}', repeat('0', 64), repeat('1', 64));
UPDATE audit_head SET hash = repeat('1', 64) WHERE realm = 'bench' AND lane = :lane;
COMMIT;
