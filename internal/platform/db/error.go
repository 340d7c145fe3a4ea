// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"pavilion/internal/base/fault"
)

// SQLite's result codes, from its documentation ("Result and Error Codes").
const (
	sqliteIOErr      = 10
	sqliteFull       = 13
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
)

// IsDuplicate reports whether err says that a unique key is already taken.
func IsDuplicate(err error) bool {
	if e := (*sqlite.Error)(nil); errors.As(err, &e) {
		return e.Code() == sqliteUnique || e.Code() == sqlitePrimaryKey
	}
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) {
		return e.Code == "23505"
	}
	return false
}

// meaning turns the failures of the storage itself into faults that tell the
// person that nothing was kept, and leaves all others as they are.
func meaning(err error) error {
	if e := (*sqlite.Error)(nil); errors.As(err, &e) {
		switch e.Code() & 0xff {
		case sqliteFull:
			return fault.New(fault.Internal, "storage.full").Because(err)
		case sqliteIOErr:
			return fault.New(fault.Internal, "storage.failed").Because(err)
		}
	}
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) {
		switch e.Code {
		case "53100": // disk_full
			return fault.New(fault.Internal, "storage.full").Because(err)
		case "53200", "53300", "58030", "57P01", "57P03":
			return fault.New(fault.Internal, "storage.failed").Because(err)
		}
	}
	return err
}

// again reports whether PostgreSQL asks for the transaction to be run again:
// a deadlock or a failed serialisation.
func again(err error) bool {
	e := (*pgconn.PgError)(nil)
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
