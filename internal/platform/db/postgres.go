// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// tries is how often a transaction is run that PostgreSQL asks to have run again.
const tries = 5

// postgres is the server engine: its own transactions, its own group commit.
type postgres struct{ pool *sql.DB }

func openPostgres(ctx context.Context, o Options) (*postgres, error) {
	pool, err := sql.Open("pgx", o.URL)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	conns := o.MaxConns
	if conns == 0 {
		conns = 16
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return &postgres{pool: pool}, nil
}

func (p *postgres) bare() *sql.DB { return p.pool }

func (p *postgres) scrub(context.Context) error { return nil }

func (p *postgres) close() error { return p.pool.Close() }

func (p *postgres) write(ctx context.Context, fn func(*Tx) error) (after []func(), err error) {
	for range tries {
		after, err = p.attempt(ctx, nil, fn)
		if !again(err) {
			break
		}
	}
	return after, err
}

func (p *postgres) read(ctx context.Context, fn func(*Tx) error) error {
	_, err := p.attempt(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, fn)
	return err
}

func (p *postgres) attempt(ctx context.Context, o *sql.TxOptions, fn func(*Tx) error) ([]func(), error) {
	conn, err := p.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // a no-op once committed
	t := &Tx{engine: Postgres, on: &pgTx{tx: tx, conn: conn}}
	if err := t.run(ctx, fn); err != nil {
		return nil, err
	}
	return t.after, tx.Commit()
}

// pgTx runs statements with numbered arguments; the driver keeps them prepared.
type pgTx struct {
	tx      *sql.Tx
	conn    *sql.Conn // the one that tx is on
	pending *pgx.Batch
}

func (p *pgTx) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	if err := p.flush(ctx); err != nil {
		return nil, err
	}
	return p.tx.ExecContext(ctx, number(query), args...)
}

func (p *pgTx) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if err := p.flush(ctx); err != nil {
		return nil, err
	}
	return p.tx.QueryContext(ctx, number(query), args...)
}

func (p *pgTx) later(_ context.Context, query string, args []any) error {
	if p.pending == nil {
		p.pending = &pgx.Batch{}
	}
	p.pending.Queue(number(query), args...)
	return nil
}

// flush sends what waits in one go and takes all the answers.
func (p *pgTx) flush(ctx context.Context) error {
	batch := p.pending
	if batch == nil {
		return nil
	}
	p.pending = nil
	return p.conn.Raw(func(driver any) error {
		return driver.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close()
	})
}
