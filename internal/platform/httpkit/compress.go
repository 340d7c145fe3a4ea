// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package httpkit

import (
	"compress/gzip"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// worth is the size from which compressing pays: smaller answers fit into one
// packet anyway.
const worth = 1 << 10

// compressible are the media types that shrink.
var compressible = []string{
	"text/html", "text/css", "text/plain", "text/javascript", "application/javascript",
	"application/json", "application/geo+json", "application/problem+json",
	"application/manifest+json", "application/xml", "image/svg+xml",
}

// gzips keeps compressors, which are large, between requests. The collector
// takes those that are not used.
var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, 5) // the level is valid
	return z
}}

// Compress sends text of 1 KiB and more as gzip to those who accept it.
func Compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &compressor{ResponseWriter: w, wanted: r.Method != http.MethodHead && accepts(r, "gzip")}
		whole := false
		defer func() { c.close(whole) }()
		next.ServeHTTP(c, r)
		whole = true
	})
}

// accepts reports whether the client takes an encoding.
func accepts(r *http.Request, encoding string) bool {
	star := false
	for _, item := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, params, _ := strings.Cut(item, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != encoding && name != "*" {
			continue
		}
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64)
		}
		if name == encoding {
			return q > 0
		}
		star = q > 0
	}
	return star
}

// compressor holds the first bytes back until it knows whether the answer is
// worth compressing.
type compressor struct {
	http.ResponseWriter
	wanted  bool
	status  int
	held    []byte
	decided bool
	zip     *gzip.Writer
}

func (c *compressor) WriteHeader(status int) {
	switch {
	case status < 200:
		c.ResponseWriter.WriteHeader(status)
	case c.status == 0:
		c.status = status
		if !c.eligible() {
			c.begin(false)
		}
	}
}

func (c *compressor) Write(p []byte) (int, error) {
	if c.status == 0 {
		if c.Header().Get("Content-Type") == "" {
			c.Header().Set("Content-Type", http.DetectContentType(p))
		}
		c.WriteHeader(http.StatusOK)
	}
	if c.zip != nil {
		return c.zip.Write(p)
	}
	if c.decided {
		return c.ResponseWriter.Write(p)
	}
	if c.held = append(c.held, p...); len(c.held) < worth {
		return len(p), nil
	}
	if err := c.begin(true); err != nil {
		return 0, err
	}
	return len(p), nil
}

// eligible reports whether the answer could be compressed, and says in its
// header that it differs by what is accepted.
func (c *compressor) eligible() bool {
	h := c.Header()
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if c.status == http.StatusNoContent || c.status == http.StatusNotModified ||
		c.status == http.StatusPartialContent || h.Get("Content-Encoding") != "" ||
		!slices.Contains(compressible, media) {
		return false
	}
	if !slices.Contains(h.Values("Vary"), "Accept-Encoding") {
		h.Add("Vary", "Accept-Encoding")
	}
	return c.wanted
}

// begin sends the header and what was held back.
func (c *compressor) begin(compress bool) error {
	c.decided = true
	if compress {
		h := c.Header()
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		h.Del("Accept-Ranges")
		if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
			h.Set("ETag", "W/"+tag)
		}
		c.zip = gzips.Get().(*gzip.Writer)
		c.zip.Reset(c.ResponseWriter)
	}
	c.ResponseWriter.WriteHeader(c.status)
	held := c.held
	c.held = nil
	if len(held) == 0 {
		return nil
	}
	_, err := c.Write(held)
	return err
}

// FlushError sends what there is, for http.ResponseController.
func (c *compressor) FlushError() error {
	if c.status == 0 {
		c.WriteHeader(http.StatusOK)
	}
	if !c.decided {
		if err := c.begin(true); err != nil {
			return err
		}
	}
	if c.zip != nil {
		if err := c.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(c.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// close ends the answer if the handler finished it. After a panic what was held
// back is dropped, so that nothing of it precedes the page of the failure.
func (c *compressor) close(whole bool) {
	if whole && c.status != 0 && !c.decided {
		c.begin(false)
	}
	if c.zip != nil {
		if whole {
			c.zip.Close() // a client that left cannot be told
		}
		c.zip.Reset(nil)
		gzips.Put(c.zip)
	}
}
