// Package wire reads requests and writes answers, one JSON object a line (docs/AGENT_PROTOCOL.md).
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"faultline/agent/refuse"
)

const mostLevels = 64 // of objects and lists in one another

// none is the id of a request that has none, or of which none could be read.
var none = json.RawMessage("null")

// errTooDeep is also what encoding/json says of thousands of levels, and calls a syntax error.
var errTooDeep = refuse.Because("a request of more than %d levels", mostLevels)

// Request is one line of the caller's.
type Request struct {
	ID   json.RawMessage // a number or null, as it came
	Verb string
	Body json.RawMessage // the whole object
}

// parse reads a line. An error is a refusal; the request then has the id at least, as far as that could be read.
func parse(line []byte) (Request, error) {
	request := Request{ID: none, Body: bytes.TrimSpace(line)}
	if !utf8.Valid(line) {
		return request, refuse.Because("a line that is not UTF-8")
	}
	var envelope struct {
		ID   json.RawMessage `json:"id"`
		Verb json.RawMessage `json:"verb"`
	}
	err := json.Unmarshal(request.Body, &envelope)
	tooDeep := levels(request.Body) > mostLevels
	if broken := (*json.SyntaxError)(nil); errors.As(err, &broken) && !tooDeep {
		return request, refuse.Because("a line that is not JSON: %v", err)
	} else if broken != nil {
		return request, errTooDeep
	}
	if request.Body[0] != '{' || err != nil {
		return request, refuse.Because("a request is a JSON object, not %s", kindOf(request.Body))
	}
	if envelope.ID != nil {
		if kind := kindOf(envelope.ID); kind != "a number" && kind != "null" {
			return request, refuse.Because("id: a number is needed, not %s", kind)
		}
		request.ID = envelope.ID
	}
	if tooDeep {
		return request, errTooDeep
	}
	if envelope.Verb != nil {
		if err := json.Unmarshal(envelope.Verb, &request.Verb); err != nil {
			return request, refuse.Because("verb: text is needed, not %s", kindOf(envelope.Verb))
		}
	}
	return request, nil
}

// kindOf a JSON value, in words.
func kindOf(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

// levels is how deep objects and lists are in one another.
func levels(value []byte) int {
	deepest, depth, quoted := 0, 0, false
	for i := 0; i < len(value); i++ {
		switch char := value[i]; {
		case quoted && char == '\\':
			i++ // what it stands before does not end the text
		case char == '"':
			quoted = !quoted
		case quoted:
		case char == '{' || char == '[':
			depth++
			deepest = max(deepest, depth)
		case char == '}' || char == ']':
			depth--
		}
	}
	return deepest
}

// Decode reads the request's fields; what does not fit is refused in words for the caller.
func (r Request) Decode(into any) error {
	err := json.Unmarshal(r.Body, into)
	var unfit *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case refuse.Is(err):
		return err
	case errors.As(err, &unfit):
		return refuse.Because("%s: %s is needed, not %s", path(unfit.Field), needed(unfit.Type), given(unfit.Value))
	default:
		return refuse.Because("the request cannot be read: %v", err)
	}
}

// path of a field as the caller knows it: encoding/json puts the names of embedded types into it, which are Go's.
func path(field string) string {
	names := slices.DeleteFunc(strings.Split(field, "."), func(name string) bool {
		return name == "" || unicode.IsUpper(rune(name[0]))
	})
	if len(names) == 0 {
		return "the request"
	}
	return strings.Join(names, ".")
}

// needed says what fits into a type.
func needed(kind reflect.Type) string {
	switch kind.Kind() {
	case reflect.Pointer:
		return needed(kind.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number that fits"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number from 0 on that fits"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.String:
		return "text"
	case reflect.Slice, reflect.Array:
		return "a list"
	default:
		return "an object"
	}
}

// given puts encoding/json's word for a value, like "array" or "number 1.5", into ours.
func given(value string) string {
	switch value {
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "string":
		return "text"
	case "bool":
		return "true or false"
	case "number":
		return "a number"
	default:
		return value
	}
}
