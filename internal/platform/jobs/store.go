// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package jobs

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"pavilion/internal/base/fault"
	"pavilion/internal/platform/db"
)

// insert stores a job, unless one of its kind and key is waiting already.
func insert(ctx context.Context, t *db.Tx, j Job) error {
	at := int64(0)
	if !j.At.IsZero() {
		at = j.At.UnixMicro()
	}
	return t.Later(ctx, `
		INSERT INTO jobs_job (realm, id, kind, job_key, body, state, run_at, attempt, lease_until, failure)
		VALUES (?, ?, ?, ?, ?, 'ready', ?, 0, 0, '')
		ON CONFLICT DO NOTHING`,
		j.Realm, j.ID, j.Kind, sql.NullString{String: j.Key, Valid: j.Key != ""}, string(j.Body), at)
}

// waiting reports whether a job of the kind is ready.
func waiting(ctx context.Context, t *db.Tx, realm, kind string, now time.Time) (bool, error) {
	var n int
	err := t.QueryRow(ctx, `
		SELECT count(*) FROM (
			SELECT id FROM jobs_job
			WHERE realm = ? AND kind = ? AND state = 'ready' AND run_at <= ? LIMIT 1) ready`,
		realm, kind, now.UnixMicro()).Scan(&n)
	return n > 0, err
}

// claim takes up to limit ready jobs of a kind; nobody else gets them before
// the lease ends.
func claim(ctx context.Context, t *db.Tx, realm, kind string, now, lease time.Time, limit int) ([]Job, error) {
	lock := ""
	if t.Engine() == db.Postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	q := db.Q(`
		UPDATE jobs_job
		SET state = 'running', attempt = attempt + 1, lease_until = ?
		WHERE realm = ? AND state = 'ready' AND id IN (
			SELECT id FROM jobs_job
			WHERE realm = ? AND kind = ? AND state = 'ready' AND run_at <= ?
			ORDER BY run_at, id LIMIT ?`,
		lease.UnixMicro(), realm, realm, kind, now.UnixMicro(), limit).
		Add(lock + `)
		RETURNING realm, id, kind, body, attempt`)
	return db.All(ctx, t, q, func(j *Job) []any {
		return []any{&j.Realm, &j.ID, &j.Kind, (*[]byte)(&j.Body), &j.Attempt}
	})
}

// finish removes jobs that are done.
func finish(ctx context.Context, t *db.Tx, realm string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	q := db.Q(`DELETE FROM jobs_job WHERE realm = ? AND state = 'running' AND id IN (?`, realm, ids[0])
	q.Add(strings.Repeat(", ?", len(ids)-1) + ")")
	for _, id := range ids[1:] {
		q.Add("", id)
	}
	_, err := q.Exec(ctx, t)
	return err
}

// postpone puts a failed job back, to be tried at the given time.
func postpone(ctx context.Context, t *db.Tx, j Job, at time.Time, failure string) error {
	_, err := t.Exec(ctx, `
		UPDATE jobs_job SET state = 'ready', run_at = ?, failure = ?
		WHERE realm = ? AND id = ?`, at.UnixMicro(), failure, j.Realm, j.ID)
	return err
}

// bury gives a job up. It stays until somebody retries it; its key is free.
func bury(ctx context.Context, t *db.Tx, j Job, failure string) error {
	_, err := t.Exec(ctx, `
		UPDATE jobs_job SET state = 'dead', job_key = NULL, failure = ?
		WHERE realm = ? AND id = ?`, failure, j.Realm, j.ID)
	return err
}

// release makes jobs ready again whose worker has not come back in time.
func release(ctx context.Context, t *db.Tx, realm string, now time.Time) error {
	_, err := t.Exec(ctx, `
		UPDATE jobs_job SET state = 'ready', run_at = ?
		WHERE realm = ? AND state = 'running' AND lease_until < ?`,
		now.UnixMicro(), realm, now.UnixMicro())
	return err
}

// realms lists the realms that have jobs.
func realms(ctx context.Context, t *db.Tx) ([]string, error) {
	return db.All(ctx, t, db.Q(`SELECT DISTINCT realm FROM jobs_job`), func(s *string) []any { return []any{s} })
}

// Dead lists jobs that were given up, oldest first, after the given id.
func Dead(ctx context.Context, t *db.Tx, realm, after string, limit int) ([]Job, error) {
	q := db.Q(`
		SELECT realm, id, kind, attempt, failure FROM jobs_job
		WHERE realm = ? AND state = 'dead' AND id > ?
		ORDER BY id LIMIT ?`, realm, after, limit)
	return db.All(ctx, t, q, func(j *Job) []any {
		return []any{&j.Realm, &j.ID, &j.Kind, &j.Attempt, &j.Failure}
	})
}

// Retry makes a dead job ready again, with all its attempts before it. It fails
// with Missing if there is no such dead job.
func Retry(ctx context.Context, t *db.Tx, realm, id string) error {
	n, err := t.Exec(ctx, `
		UPDATE jobs_job SET state = 'ready', attempt = 0, run_at = 0
		WHERE realm = ? AND id = ? AND state = 'dead'`, realm, id)
	if err == nil && n == 0 {
		err = fault.New(fault.Missing, "jobs.missing")
	}
	return err
}
