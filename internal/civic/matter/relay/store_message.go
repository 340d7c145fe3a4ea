// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package relay

import (
	"context"
	"time"

	"pavilion/internal/platform/db"
	"pavilion/internal/platform/seal"
)

// longest bounds how many messages of a matter are listed: five in a row and
// thirty days keep it far below.
const longest = 1000

// sealedMessage is a message as it is stored.
type sealedMessage struct {
	Message
	sealed   string
	at, seen int64
}

func (m *sealedMessage) fields() []any {
	return []any{&m.Realm, &m.ID, &m.Matter, &m.Side, &m.Account, &m.Role, &m.Body, &m.sealed, &m.at, &m.seen}
}

func (m *sealedMessage) read() Message {
	out := m.Message
	out.At, out.Read = instant(m.at), instant(m.seen)
	return out
}

func insertMessage(ctx context.Context, tx *db.Tx, m Message, sealed string) error {
	return tx.Later(ctx, `
		INSERT INTO matter_message (realm, id, matter, side, account, role, body, sealed, at, read_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		m.Realm, m.ID, m.Matter, m.Side, m.Account, m.Role, m.Body, sealed, m.At.UnixMicro())
}

func sealedMessages(ctx context.Context, tx *db.Tx, realm, matter string) ([]sealedMessage, error) {
	return db.All(ctx, tx, db.Q(`
		SELECT realm, id, matter, side, account, role, body, sealed, at, read_at FROM matter_message
		WHERE realm = ? AND matter = ? ORDER BY id LIMIT ?`, realm, matter, longest), (*sealedMessage).fields)
}

// messages lists who wrote when about a matter, without the words.
func messages(ctx context.Context, tx *db.Tx, realm, matter string) ([]Message, error) {
	list, err := sealedMessages(ctx, tx, realm, matter)
	out := make([]Message, len(list))
	for i := range list {
		out[i] = list[i].read()
	}
	return out, err
}

func markRead(ctx context.Context, tx *db.Tx, realm, matter string, side Side, at time.Time) error {
	return tx.Later(ctx, `UPDATE matter_message SET read_at = ? WHERE realm = ? AND matter = ? AND side = ? AND read_at = 0`,
		at.UnixMicro(), realm, matter, side)
}

func countUnread(ctx context.Context, tx *db.Tx, realm, matter string, side Side) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter_message WHERE realm = ? AND matter = ? AND side = ? AND read_at = 0`,
		realm, matter, side).Scan(&n)
	return n, err
}

// Sealed are the sealed columns of the relay, to be closed again with a new key.
func Sealed() []seal.Column {
	return []seal.Column{{Name: "matter_message.sealed", Find: findSealed, Replace: replaceSealed, Count: countSealed}}
}

func findSealed(ctx context.Context, tx *db.Tx, realm, after, than string, limit int) ([]seal.Text, error) {
	texts, err := db.All(ctx, tx, db.Q(`
		SELECT id, sealed FROM matter_message
		WHERE realm = ? AND id > ? AND sealed NOT LIKE ? ORDER BY id LIMIT ?`, realm, after, than+"%", limit),
		func(t *seal.Text) []any { return []any{&t.Key, &t.Sealed} })
	for i := range texts {
		texts[i].About = messageName(realm, texts[i].Key)
	}
	return texts, err
}

func replaceSealed(ctx context.Context, tx *db.Tx, realm string, t seal.Text, sealed string) error {
	return tx.Later(ctx, `UPDATE matter_message SET sealed = ? WHERE realm = ? AND id = ? AND sealed = ?`,
		sealed, realm, t.Key, t.Sealed)
}

func countSealed(ctx context.Context, tx *db.Tx, realm, mark string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter_message WHERE realm = ? AND sealed LIKE ?`, realm, mark+"%").Scan(&n)
	return n, err
}
