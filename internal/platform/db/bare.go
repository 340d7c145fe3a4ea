// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Bare is an engine without anything of ours: what its own durable commits cost
// is what everything else is measured against.
type Bare struct {
	pool    *sql.DB
	engine  Engine
	writers int
}

// OpenBare opens the engine that o names with a scratch table. On PostgreSQL as
// many writers as MaxConns commit at once; SQLite has one.
func OpenBare(ctx context.Context, o Options) (*Bare, error) {
	b := &Bare{engine: SQLite, writers: 1}
	driver, address := "sqlite", dsn(o.Path)
	if o.URL != "" {
		b.engine, b.writers = Postgres, max(o.MaxConns, 1)
		driver, address = "pgx", o.URL
	}
	var err error
	if b.pool, err = sql.Open(driver, address); err != nil {
		return nil, err
	}
	b.pool.SetMaxOpenConns(b.writers)
	_, err = b.pool.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS db_bare (id BIGINT PRIMARY KEY, words TEXT NOT NULL)`)
	return b, err
}

// Commits inserts single rows, each in a transaction of its own, for a while and
// returns how many were made durable each second.
func (b *Bare) Commits(ctx context.Context, during time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, during)
	defer cancel()
	var done, failed atomic.Int64
	var next atomic.Int64
	var all sync.WaitGroup
	for range b.writers {
		all.Go(func() {
			for ctx.Err() == nil {
				_, err := b.pool.ExecContext(context.WithoutCancel(ctx), `INSERT INTO db_bare (id, words) VALUES ($1, $2)`, next.Add(1), "one row")
				if err != nil {
					failed.Add(1)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	if n := failed.Load(); n > 0 {
		return 0, fmt.Errorf("%d bare commits failed", n)
	}
	return float64(done.Load()) / during.Seconds(), nil
}

// Close drops the scratch table and closes the engine.
func (b *Bare) Close() error {
	_, err := b.pool.Exec(`DROP TABLE db_bare`)
	if closed := b.pool.Close(); err == nil {
		err = closed
	}
	return err
}
