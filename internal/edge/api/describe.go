// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

package api

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// problems describes the ways in which o can fail, in place of what the library
// would say of its own errors, which are never sent.
func (s *Server) problems(o *huma.Operation) {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	o.Responses = map[string]*huma.Response{}
	for _, code := range o.Errors {
		o.Responses[strconv.Itoa(code)] = &huma.Response{
			Description: http.StatusText(code),
			Content:     map[string]*huma.MediaType{(&Problem{}).ContentType(""): {Schema: schema}},
		}
	}
	o.Errors = nil
}

// describe completes the description once all operations are in it.
func (s *Server) describe() {
	d := s.api.OpenAPI()
	delete(d.Components.Schemas.Map(), "ErrorModel")
	delete(d.Components.Schemas.Map(), "ErrorDetail")
	said := d.Paths[Prefix+"/reports"].Post.Responses
	said["200"] = &huma.Response{Description: "The key was used before; this is the matter it made", Content: said["201"].Content}
}

// words are the names of the parameters and fields that d describes.
func words(d *huma.OpenAPI) map[string]bool {
	out := map[string]bool{}
	for _, schema := range d.Components.Schemas.Map() {
		for name := range schema.Properties {
			out[name] = true
		}
	}
	for _, path := range d.Paths {
		for _, o := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if o == nil {
				continue
			}
			for _, parameter := range o.Parameters {
				out[parameter.Name] = true
			}
		}
	}
	return out
}
