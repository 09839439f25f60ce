package server

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"faultline/agent/netnstest"
	"faultline/agent/wire"
)

// harmless are the verbs that touch nothing but changes: the others look at the whole machine, send signals or write into pipes.
var harmless = []string{"ping", "open", "read", "lift", "restore", "retune", "heal", "settle", "stopped", "forget", "bye"}

// mayBeSent keeps away from the machine what a line could do to it: an effect may only be in the namespace that is the fuzzer's own,
// and does nothing that reaches a process.
func mayBeSent(line []byte, at *netnstest.Namespace) bool {
	var request map[string]any
	if json.Unmarshal(line, &request) != nil {
		return true // it is refused as a whole
	}
	verb := ""
	for name, value := range request { // encoding/json does not mind the case of a name
		if strings.EqualFold(name, "verb") {
			if verb != "" {
				return false
			}
			verb, _ = value.(string)
		}
	}
	if verb != "" && verbs[verb] != nil && !slices.Contains(harmless, verb) {
		return false
	}
	text := strings.ToLower(string(line))
	for _, action := range []string{"clock", "freeze", "signal", "stress", "dns", "\\u"} {
		if strings.Contains(text, action) {
			return false
		}
	}
	return !strings.Contains(text, "pid") || pidsAre(request, float64(at.PID))
}

func pidsAre(value any, pid float64) bool {
	switch value := value.(type) {
	case map[string]any:
		for name, each := range value {
			if strings.EqualFold(name, "pid") && each != pid || !pidsAre(each, pid) {
				return false
			}
		}
	case []any:
		return !slices.ContainsFunc(value, func(each any) bool { return !pidsAre(each, pid) })
	}
	return true
}

func FuzzServer(f *testing.F) {
	at := netnstest.New(f)
	whole := func(verb string, fields map[string]any) string {
		request := map[string]any{"id": 1, "verb": verb}
		for name, value := range fields {
			request[name] = value
		}
		line, err := json.Marshal(request)
		if err != nil {
			f.Fatal(err)
		}
		return string(line)
	}
	f.Add(strings.Join([]string{
		whole("open", effects(drops(at, tag1), dropsBy("iptables-nft", at, tag2))), whole("read", naming(tag1, tag2)), whole("lift", naming(tag1)),
		whole("retune", map[string]any{"effect": tag1, "order": drops(at, tag1)["packets"]}), whole("heal", naming(tag2, tag1)),
	}, "\n"))
	f.Add(`{"id": 1, "verb": "open", "effects": [null, {}, {"packets": {"traffic": {"side": "OWN"}}}]}` + "\n" + `{"verb": "bye"}`)
	f.Add(`{"id": null}` + "\n[]\n\n{\"verb\": 1}\n{\"id\": {}}")
	f.Add(`{"id": -1e400, "verb": "heal", "effects": ["", ""]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var sent []string
		for line := range strings.SplitSeq(text, "\n") {
			if mayBeSent([]byte(line), at) {
				sent = append(sent, line)
			}
		}
		want := wanted(sent)
		var out bytes.Buffer
		if err := New(&out, noLease).Serve(strings.NewReader(strings.Join(sent, "\n") + "\n")); err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		lines := bufio.NewScanner(&out)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var line map[string]json.RawMessage
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatalf("%q: %v", lines.Bytes(), err)
			}
			if strings.Contains(string(line["error"]), "the agent has failed") {
				t.Fatalf("%s", lines.Bytes())
			}
			if line["event"] == nil && line["faultline"] == nil {
				got[string(line["id"])]++
			}
		}
		for id, times := range want {
			if got[id] != times {
				t.Errorf("%q: id %s answered %d times, not %d: %s", sent, id, got[id], times, out.Bytes())
			}
		}
		if len(got) != len(want) {
			t.Errorf("%q: answered %v, not %v", sent, got, want)
		}
	})
}

// wanted is how often each id is to be answered: lines behind a goodbye are not read any more.
func wanted(sent []string) map[string]int {
	want := map[string]int{}
	requests := wire.NewReader(strings.NewReader(strings.Join(sent, "\n") + "\n"))
	for {
		request, err := requests.Next()
		if err == io.EOF {
			return want
		}
		var id bytes.Buffer
		if json.Compact(&id, request.ID) != nil {
			id.WriteString("null")
		}
		want[id.String()]++
		var any struct{}
		if err == nil && request.Verb == "bye" && request.Decode(&any) == nil {
			return want
		}
	}
}
