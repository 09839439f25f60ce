package server

import (
	"strings"
	"testing"
)

func TestRefusesWhatIsNoRequest(t *testing.T) {
	c := serve(t, noLease)
	for line, words := range map[string]string{
		"":                             "not JSON",
		"{":                            "not JSON",
		"[1]":                          "a request is a JSON object",
		`{"id": 1}`:                    "no verb ''; there are bye, ",
		`{"id": 1, "verb": "explode"}`: "no verb 'explode'; there are bye, ",
		`{"id": 1, "verb": 7}`:         "verb: text is needed",
		"\xff\xfe":                     "not UTF-8",
		`{"id": 1, "verb": "open", "effects": [null]}`:                         "effects: an object is needed, not null",
		`{"id": 1, "verb": "open", "effects": {}}`:                             "effects: a list is needed",
		`{"id": 1, "verb": "open", "effects": [{"pid": "x"}]}`:                 "a whole number",
		`{"id": 1, "verb": "heal", "effects": "all"}`:                          "effects: a list is needed",
		`{"id": 1, "verb": "heal", "effects": ["x", "y"]}`:                     "x, y is not open",
		`{"id": 1, "verb": "retune", "effect": "x"}`:                           "x is not open",
		`{"id": 1, "verb": "stopped", "pid": 1}`:                               "process 1 was not told to stop",
		`{"id": 1, "verb": "forget", "pid": 1}`:                                "process 1 was not told to stop",
		`{"id": 1, "verb": "look", "pids": [-1]}`:                              "cannot open the network namespace",
		`{"id": 1, "verb": "ping", "x": "` + strings.Repeat("x", 5<<20) + `"}`: "a line of more than",
		strings.Repeat("[", 100_000):                                           "levels",
	} {
		c.send(line)
		answer := c.next()
		if said, _ := answer["error"].(string); answer["ok"] != false || !strings.Contains(said, words) {
			t.Errorf("%.80q: %.300v", line, answer)
		}
	}
	c.does("ping", nil)
}

func TestAnswersWithTheIDAsItCame(t *testing.T) {
	c := serve(t, noLease)
	for _, line := range []string{`{"id": null, "verb": "ping"}`, `{"verb": "ping"}`} {
		c.send(line)
		if answer := c.next(); answer["id"] != nil || answer["ok"] != true {
			t.Errorf("%s: %v", line, answer)
		}
	}
}
