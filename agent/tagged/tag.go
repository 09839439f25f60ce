// Package tagged finds and removes what carries a tag of ours in network namespaces, without knowing how it came there.
package tagged

import "regexp"

var (
	tagAnywhere = regexp.MustCompile(`FAULTLINE-([0-9a-f]{8})-([0-9]{1,6})`) // in a rule
	tagAtStart  = regexp.MustCompile(`^` + tagAnywhere.String())             // of a set's name, which has -4 or -6 behind it
	tagAlone    = regexp.MustCompile(`^` + tagAnywhere.String() + `$`)
)

// Tag is the name of an effect: which run it is of, and its number in that.
type Tag struct {
	Run    string // eight hexadecimal digits
	Number string // in decimal, as it was written
}

// String is the tag as everything of ours carries it.
func (t Tag) String() string { return "FAULTLINE-" + t.Run + "-" + t.Number }

// Parse reads a text that is a tag; false if it is anything else.
func Parse(text string) (Tag, bool) { return tagIn(tagAlone, text) }

func tagIn(pattern *regexp.Regexp, text string) (Tag, bool) {
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		return Tag{}, false
	}
	return Tag{found[1], found[2]}, true
}
