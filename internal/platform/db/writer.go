// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
)

// group is how many use cases one commit holds at most: enough to share the
// cost of the disk, few enough that the first need not wait for long.
const group = 128

// errClosed answers those who come after Close.
var errClosed = errors.New("db: closed")

// writer is the one goroutine that writes to the SQLite file. It runs the
// waiting use cases one after another, each in a savepoint, and answers all of
// them once the commit that holds them is on disk.
type writer struct {
	pool  *sql.DB
	conn  *conn
	queue chan *work
	done  chan struct{}

	closing sync.RWMutex
	closed  bool
}

// work is one use case that waits to be written.
type work struct {
	ctx    context.Context
	fn     func(*Tx) error
	tx     *Tx
	err    error
	panic  any
	answer chan struct{}
}

func openWriter(ctx context.Context, o Options) (*writer, error) {
	pragmas := []string{"cache_size(-16000)", "wal_autocheckpoint(4000)", "secure_delete(1)"}
	if o.MaxPages > 0 {
		pragmas = append(pragmas, "max_page_count("+strconv.Itoa(o.MaxPages)+")")
	}
	pool, err := sql.Open("sqlite", dsn(o.Path, pragmas...))
	if err != nil {
		return nil, err
	}
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	w := &writer{
		pool:  pool,
		conn:  &conn{sql: c, stmts: map[string]*sql.Stmt{}},
		queue: make(chan *work, group),
		done:  make(chan struct{}),
	}
	go w.loop()
	return w, nil
}

func (w *writer) close() error {
	w.closing.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.closing.Unlock()
	<-w.done
	return errors.Join(w.conn.close(), w.pool.Close())
}

// do hands one use case to the writer and waits for its commit. A caller that
// gives up while waiting in the queue is not run; one that is already running
// is finished, because SQLite would give up the whole group with it.
func (w *writer) do(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	job := &work{ctx: ctx, fn: fn, answer: make(chan struct{})}
	if err := w.enqueue(job); err != nil {
		return nil, err
	}
	<-job.answer
	if job.panic != nil {
		panic(job.panic)
	}
	if job.err != nil {
		return nil, job.err
	}
	return job.tx.after, nil
}

func (w *writer) enqueue(job *work) error {
	w.closing.RLock()
	defer w.closing.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- job:
		return nil
	case <-job.ctx.Done():
		return job.ctx.Err()
	}
}

func (w *writer) loop() {
	defer close(w.done)
	for first := range w.queue {
		for _, job := range w.commit(first, true) {
			w.commit(job, false)
		}
	}
}

// commit runs first, and those who wait behind it when more is set, in one
// transaction, and answers them. It returns those whose work was lost through
// no fault of their own, because another's failure took the transaction along:
// they are to be run again, alone.
func (w *writer) commit(first *work, more bool) (again []*work) {
	if err := w.conn.do("BEGIN IMMEDIATE"); err != nil {
		first.finish(err)
		return nil
	}
	var held, failed []*work
	defer func() {
		for _, job := range failed {
			job.finish(job.err) // it may rest on what the others did, which is on disk only now
		}
	}()
	for job := first; job != nil; job = w.next(more && len(held)+len(failed) < group) {
		lost := w.attempt(job)
		if job.err == nil && job.panic == nil {
			held = append(held, job)
			continue
		}
		failed = append(failed, job)
		if lost {
			return held
		}
	}
	err := w.conn.do("COMMIT")
	if err != nil {
		w.conn.do("ROLLBACK") // it may have ended already
	}
	for _, job := range held {
		job.finish(err)
	}
	return nil
}

// next returns a use case that is waiting, or nil.
func (w *writer) next(more bool) *work {
	if !more {
		return nil
	}
	select {
	case job := <-w.queue:
		return job
	default:
		return nil
	}
}

// attempt runs one use case in a savepoint. It reports whether its failure has
// ended the transaction, as a full disk does.
func (w *writer) attempt(job *work) (lost bool) {
	if job.err = job.ctx.Err(); job.err != nil {
		return false
	}
	if job.err = w.conn.do("SAVEPOINT work"); job.err != nil {
		return true
	}
	job.tx = &Tx{engine: SQLite, on: quiet{w.conn}}
	job.run()
	if job.err == nil && job.panic == nil {
		if job.err = w.conn.do("RELEASE work"); job.err == nil {
			return false
		}
	}
	if w.conn.do("ROLLBACK TO work") != nil {
		w.conn.do("ROLLBACK")
		return true
	}
	return w.conn.do("RELEASE work") != nil
}

// run calls the use case and keeps what it panics with, so that the writer
// lives on and the caller gets the panic.
func (job *work) run() {
	defer func() {
		if p := recover(); p != nil {
			job.panic = fmt.Sprintf("%v\n\nin a transaction:\n%s", p, debug.Stack())
		}
	}()
	job.err = job.tx.run(context.WithoutCancel(job.ctx), job.fn)
}

// finish gives the caller its answer.
func (job *work) finish(err error) {
	job.err = err
	close(job.answer)
}

// quiet runs statements without the caller's cancellation: an interrupted write
// would end the transaction of all the others.
type quiet struct{ *conn }

func (q quiet) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	return q.conn.exec(context.WithoutCancel(ctx), query, args)
}

func (q quiet) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	return q.conn.query(context.WithoutCancel(ctx), query, args)
}

func (q quiet) later(ctx context.Context, query string, args []any) error {
	return q.conn.later(context.WithoutCancel(ctx), query, args)
}
