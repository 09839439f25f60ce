package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"faultline/agent/refuse"
)

// outcome of a line.
type outcome struct{ id, verb, body, why string }

func outcomeOf(request Request, err error) outcome {
	found := outcome{string(request.ID), request.Verb, string(request.Body), ""}
	if err != nil {
		found = outcome{id: string(request.ID), why: err.Error()}
	}
	return found
}

func readAll(t *testing.T, reader *Reader) (found []outcome) {
	for {
		request, err := reader.Next()
		if err == io.EOF {
			return found
		}
		if err != nil && !refuse.Is(err) {
			t.Fatalf("no refusal: %v", err)
		}
		found = append(found, outcomeOf(request, err))
	}
}

func read(t *testing.T, text string) []outcome {
	return readAll(t, NewReader(strings.NewReader(text)))
}

func TestReadsRequestsAndDropsAPartOfOneAtTheEnd(t *testing.T) {
	got := read(t, `{"id":7,"verb":"ping","x":"ä"}`+"\n"+` {"verb":"bye"} `+"\r\n"+`{"id":8,"verb":"ping"}`)
	want := []outcome{{"7", "ping", `{"id":7,"verb":"ping","x":"ä"}`, ""}, {"null", "bye", `{"verb":"bye"}`, ""}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %q", got)
	}
}

func TestEchoesIdsAsTheyCame(t *testing.T) {
	for _, id := range []string{"0", "-1", "1.0", "1e5", "12345678901234567890123", "null"} {
		got := read(t, `{"verb":"ping","id":`+id+`}`+"\n")
		if len(got) != 1 || got[0].id != id || got[0].why != "" {
			t.Errorf("%s: %q", id, got)
		}
	}
}

func TestRefusesWhatIsNoRequestAndReadsOn(t *testing.T) {
	nested := func(levels int) string {
		return `{"id":5,"verb":"a","x":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + "}"
	}
	for line, want := range map[string]outcome{
		"":                          {id: "null", why: "a line that is not JSON: unexpected end of JSON input"},
		"no":                        {id: "null", why: "a line that is not JSON: invalid character 'o' in literal null (expecting 'u')"},
		`{"id":1}{"id":2}`:          {id: "null", why: "a line that is not JSON: invalid character '{' after top-level value"},
		"[1]":                       {id: "null", why: "a request is a JSON object, not a list"},
		"null":                      {id: "null", why: "a request is a JSON object, not null"},
		`"x"`:                       {id: "null", why: "a request is a JSON object, not text"},
		"{\"verb\":\"\xff\"}":       {id: "null", why: "a line that is not UTF-8"},
		`{"id":"7","verb":"a"}`:     {id: "null", why: "id: a number is needed, not text"},
		`{"id":{"a":1},"verb":"a"}`: {id: "null", why: "id: a number is needed, not an object"},
		`{"id":3,"verb":4}`:         {id: "3", why: "verb: text is needed, not a number"},
		nested(64):                  {id: "5", verb: "a", body: nested(64)},
		nested(65):                  {id: "5", why: "a request of more than 64 levels"},
		nested(20_000):              {id: "null", why: "a request of more than 64 levels"},
		`{"x":"` + strings.Repeat(`[{\"`, 99) + `"}`: {id: "null", body: `{"x":"` + strings.Repeat(`[{\"`, 99) + `"}`},
	} {
		got := read(t, line+"\n"+`{"id":9,"verb":"ping"}`+"\n")
		if len(got) != 2 || got[0] != want || got[1].verb != "ping" {
			t.Errorf("%.80s: %.300q", line, got)
		}
	}
}

func TestRefusesALineThatIsTooLongAndReadsOn(t *testing.T) {
	start, end := `{"id":1,"verb":"a","x":"`, `"}`
	fits := start + strings.Repeat("x", longestLine-len(start)-len(end)) + end
	for _, tooMuch := range []string{fits + " ", strings.Repeat("x", 3*longestLine)} {
		got := read(t, fits+"\n"+tooMuch+"\n"+`{"id":2,"verb":"ping"}`+"\n")
		if len(got) != 3 || got[0].body != fits || got[1] != (outcome{id: "null", why: "a line of more than 4194304 bytes"}) || got[2].verb != "ping" {
			t.Errorf("%d outcomes", len(got))
		}
	}
}

func TestEndsWhenTheStreamFails(t *testing.T) {
	failing := io.MultiReader(strings.NewReader(`{"id":1,"verb":"ping"}`+"\n"+`{"id"`), iotest.ErrReader(os.ErrPermission))
	reader := NewReader(failing)
	if request, err := reader.Next(); err != nil || request.Verb != "ping" {
		t.Errorf("%v, %v", request, err)
	}
	for range 2 {
		if _, err := reader.Next(); err != io.EOF {
			t.Errorf("%v", err)
		}
	}
}

func TestKeepsARequestWhenTheNextIsRead(t *testing.T) {
	reader := newReader(strings.NewReader(`{"id":1,"verb":"first"}`+"\n"+`{"id":2,"verb":"other"}`+"\n"), 100, 64)
	first, _ := reader.Next()
	_, _ = reader.Next()
	if string(first.Body) != `{"id":1,"verb":"first"}` || string(first.ID) != "1" {
		t.Errorf("it became %s", first.Body)
	}
}

func TestDecodesFieldsOrSaysWhichDoesNotFit(t *testing.T) {
	type Plan struct {
		Arm []string `json:"arm"`
	}
	type request struct {
		Plan
		PID     int      `json:"pid"`
		Netns   uint64   `json:"netns"`
		Name    *string  `json:"name"`
		Rate    float64  `json:"rate"`
		Lifted  bool     `json:"lifted"`
		Effects []Plan   `json:"effects"`
		Cut     *Plan    `json:"cut"`
		Own     refusing `json:"own"`
	}
	for body, want := range map[string]string{
		`{"pid":4,"netns":4026531840,"name":"a","rate":1.5,"lifted":true,"effects":[{"arm":["x"]}],"cut":null,"arm":[]}`: "",
		`{"pid":"4"}`:               "pid: a whole number that fits is needed, not text",
		`{"pid":1.5}`:               "pid: a whole number that fits is needed, not number 1.5",
		`{"netns":-1}`:              "netns: a whole number from 0 on that fits is needed, not number -1",
		`{"name":[]}`:               "name: text is needed, not a list",
		`{"rate":{}}`:               "rate: a number is needed, not an object",
		`{"lifted":1}`:              "lifted: true or false is needed, not a number",
		`{"effects":true}`:          "effects: a list is needed, not true or false",
		`{"effects":[{"arm":[1]}]}`: "effects.arm: text is needed, not a number",
		`{"cut":"x"}`:               "cut: an object is needed, not text",
		`{"arm":"x"}`:               "arm: a list is needed, not text",
		`{"own":1}`:                 "not this one",
		`{`:                         "the request cannot be read: unexpected end of JSON input",
	} {
		var into request
		err := Request{Body: json.RawMessage(body)}.Decode(&into)
		switch {
		case want == "" && (err != nil || into.PID != 4 || *into.Name != "a" || into.Effects[0].Arm[0] != "x"):
			t.Errorf("%s: %v, %v", body, err, into)
		case want != "" && (!refuse.Is(err) || err.Error() != want):
			t.Errorf("%s: %v", body, err)
		}
	}
}

// refusing is a field that has words of its own.
type refusing struct{}

func (*refusing) UnmarshalJSON([]byte) error { return refuse.Because("not this one") }

// FuzzReader compares with lines that were cut by other means: each has one outcome, in whatever pieces it comes.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "\n\n{}\n", `{"id":1,"verb":"ping"}` + "\n", `{"id":null,"verb":"a","x":[[{"y":"\"]"}]]}` + "\nrest",
		`{"id":1e9,"ID":"x","verb":"\ud800"}` + "\r\n", strings.Repeat("[", 200) + "\n{}\n", "\xff\n{\"id\":-0.5}\n", `{"verb":"` + "\n" + `"}` + "\n",
	} {
		f.Add([]byte(seed))
	}
	const longest, buffer = 120, 16
	f.Fuzz(func(t *testing.T, text []byte) {
		whole := readAll(t, newReader(bytes.NewReader(text), longest, buffer))
		inPieces := readAll(t, newReader(iotest.OneByteReader(bytes.NewReader(text)), longest, buffer))
		lines := bytes.Split(text, []byte("\n"))
		lines = lines[:len(lines)-1]
		if len(whole) != len(lines) || len(inPieces) != len(lines) {
			t.Fatalf("%d lines, %d and %d outcomes", len(lines), len(whole), len(inPieces))
		}
		for i, line := range lines {
			want := outcome{id: "null", why: "a line of more than 120 bytes"}
			if len(line) <= longest {
				request, err := parse(line)
				want = outcomeOf(request, err)
				requireFit(t, request, err)
			}
			if whole[i] != want || inPieces[i] != want {
				t.Fatalf("line %d: %q, %q, %q", i, whole[i], inPieces[i], want)
			}
		}
	})
}

func requireFit(t *testing.T, request Request, err error) {
	if id := string(request.ID); id != "null" {
		var number json.Number
		if json.Unmarshal(request.ID, &number) != nil || number.String() != id {
			t.Fatalf("id %q", id)
		}
	}
	if err != nil {
		if errors.Is(err, io.EOF) || !refuse.Is(err) {
			t.Fatalf("no refusal: %v", err)
		}
		return
	}
	var object map[string]any
	if json.Unmarshal(request.Body, &object) != nil || object == nil {
		t.Fatalf("no object: %q", request.Body)
	}
	if deep := depthOf(object); deep > mostLevels {
		t.Fatalf("%d levels", deep)
	}
	if answer, err := json.Marshal(map[string]any{"id": request.ID}); err != nil || !json.Valid(answer) {
		t.Fatalf("the id cannot be sent back: %v", err)
	}
}

func depthOf(value any) int {
	deepest := -1
	switch value := value.(type) {
	case map[string]any:
		deepest = 0
		for _, each := range value {
			deepest = max(deepest, depthOf(each))
		}
	case []any:
		deepest = 0
		for _, each := range value {
			deepest = max(deepest, depthOf(each))
		}
	}
	return deepest + 1
}
