// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package org

import (
	"context"

	"pavilion/internal/base/fault"
	"pavilion/internal/base/id"
	"pavilion/internal/platform/db"
)

// NewBody asks for a body that serves an area.
type NewBody struct {
	Realm string
	Kind  string
	Name  string
	Area  string
	Posts []string // names; each serves the body's area
	By    string
}

// AddBody makes a body with its posts.
func (s *Service) AddBody(ctx context.Context, c NewBody) (Body, error) {
	var made Body
	err := s.change(ctx, c.Realm, func(tx *db.Tx) (err error) {
		made, err = s.addBody(ctx, tx, c)
		return err
	})
	return made, err
}

// addBody makes a body inside a change.
func (s *Service) addBody(ctx context.Context, tx *db.Tx, c NewBody) (Body, error) {
	name, err := line(c.Name, "name")
	if err != nil {
		return Body{}, err
	}
	kind, err := word(c.Kind, "kind", 1, 40, "org.body_kind")
	if err != nil {
		return Body{}, err
	}
	area, err := findArea(ctx, tx, c.Realm, c.Area)
	if err != nil {
		return Body{}, err
	}
	b := Body{Realm: c.Realm, ID: id.New(), Kind: kind, Name: name, Area: area.ID, Lo: area.Lo, Hi: area.Hi, Revision: 1}
	for _, post := range c.Posts {
		if _, err := s.addPost(ctx, tx, b, area, post, c.By); err != nil {
			return Body{}, err
		}
	}
	s.note(ctx, tx, c.Realm, b.ID, "org.body_added", c.By, map[string]string{"name": b.Name, "kind": b.Kind})
	return b, insertBody(ctx, tx, b)
}

// NewPost asks for a post in a body.
type NewPost struct {
	Realm string
	Body  string
	Area  string // in the body's area; empty: the whole of it
	Name  string
	By    string
}

// AddPost makes a post.
func (s *Service) AddPost(ctx context.Context, c NewPost) (Post, error) {
	var made Post
	err := s.change(ctx, c.Realm, func(tx *db.Tx) error {
		b, err := findBody(ctx, tx, c.Realm, c.Body)
		if err != nil {
			return err
		}
		if c.Area == "" {
			c.Area = b.Area
		}
		area, err := findArea(ctx, tx, c.Realm, c.Area)
		if err != nil {
			return err
		}
		made, err = s.addPost(ctx, tx, b, area, c.Name, c.By)
		return err
	})
	return made, err
}

// addPost makes a post inside a change.
func (s *Service) addPost(ctx context.Context, tx *db.Tx, b Body, area Area, name, by string) (Post, error) {
	name, err := line(name, "post")
	if err != nil {
		return Post{}, err
	}
	if area.Lo < b.Lo || area.Hi > b.Hi {
		return Post{}, fault.New(fault.Invalid, "org.post_outside").At("area")
	}
	p := Post{Realm: b.Realm, ID: id.New(), Body: b.ID, Area: area.ID, Name: name, Revision: 1}
	s.note(ctx, tx, b.Realm, p.ID, "org.post_added", by, map[string]string{"name": p.Name, "body": b.ID})
	return p, insertPost(ctx, tx, p)
}
