package rollback

import (
	"errors"
	"fmt"
	"strings"
)

// refusal says why Docker refused, or cannot be asked. The text is for people.
type refusal struct {
	why  string
	gone bool // there is nothing any more that could be taken back, so that nobody has to try again
}

func (r *refusal) Error() string { return r.why }

func refused(format string, args ...any) error {
	return &refusal{why: fmt.Sprintf(format, args...)}
}

// asRefusal has the refusal that an error is; nil if it is another error, or none.
func asRefusal(err error) *refusal {
	if found := (*refusal)(nil); errors.As(err, &found) {
		return found
	}
	return nil
}

// all makes one refusal of several; nil if there is none. It is hopeless only if each of them is.
func all(refusals []*refusal) error {
	if len(refusals) == 0 {
		return nil
	}
	texts, gone := make([]string, len(refusals)), true
	for i, each := range refusals {
		texts[i] = each.why
		gone = gone && each.gone
	}
	return &refusal{strings.Join(texts, "; "), gone}
}
