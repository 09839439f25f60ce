package server

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/agent/netnstest"
)

const (
	long    = 10 * time.Second // for what is to happen
	tag1    = "FAULTLINE-0a1b2c3d-1"
	tag2    = "FAULTLINE-0a1b2c3d-2"
	noLease = time.Minute
)

// caller drives a server over pipes, as the library does.
type caller struct {
	t      *testing.T
	server *Server
	in     *os.File
	lines  chan map[string]any
	events []map[string]any // that came before what was waited for
	ended  chan struct{}    // closed when Serve has returned, with err
	err    error
}

func serve(t *testing.T, lease time.Duration, with ...func(*Server)) *caller {
	t.Helper()
	requests, in := pipe(t)
	answers, out := pipe(t)
	c := &caller{t: t, server: New(out, lease), in: in, lines: make(chan map[string]any, 10_000), ended: make(chan struct{})}
	for _, each := range with {
		each(c.server)
	}
	go func() {
		defer out.Close()
		defer close(c.ended)
		c.err = c.server.Serve(requests)
	}()
	go c.read(answers)
	t.Cleanup(func() {
		in.Close()
		<-c.ended
	})
	if greeting := c.next(); greeting["faultline"] != float64(5) || greeting["lease_ms"] != float64(lease.Milliseconds()) {
		t.Fatalf("greeted with %v", greeting)
	}
	return c
}

func pipe(t *testing.T) (*os.File, *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		read.Close()
		write.Close()
	})
	return read, write
}

func (c *caller) read(answers *os.File) {
	defer close(c.lines)
	scanner := bufio.NewScanner(answers)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var line map[string]any
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			c.t.Errorf("not JSON: %.200q", scanner.Text())
			return
		}
		c.lines <- line
	}
}

// next line of the server's.
func (c *caller) next() map[string]any {
	c.t.Helper()
	select {
	case line, ok := <-c.lines:
		if !ok {
			c.t.Fatal("the server has left")
		}
		return line
	case <-time.After(long):
		c.t.Fatal("the server says nothing")
	}
	return nil
}

// send writes a line as it is.
func (c *caller) send(line string) {
	c.t.Helper()
	if _, err := c.in.WriteString(line + "\n"); err != nil {
		c.t.Fatal(err)
	}
}

// asks sends a request, of which the answer is waited for elsewhere.
func (c *caller) asks(id int, verb string, fields map[string]any) {
	c.t.Helper()
	request := map[string]any{"id": id, "verb": verb}
	for name, value := range fields {
		request[name] = value
	}
	line, err := json.Marshal(request)
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(string(line))
}

// answer to a request; events in between are kept.
func (c *caller) answer(id int) map[string]any {
	c.t.Helper()
	for {
		line := c.next()
		if line["event"] != nil {
			c.events = append(c.events, line)
		} else if line["id"] != float64(id) {
			c.t.Fatalf("answered %v, not %d", line, id)
		} else {
			return line
		}
	}
}

// does asks for what is to succeed.
func (c *caller) does(verb string, fields map[string]any) map[string]any {
	c.t.Helper()
	c.asks(7, verb, fields)
	answer := c.answer(7)
	if answer["ok"] != true {
		c.t.Fatalf("%s: %v", verb, answer["error"])
	}
	return answer
}

// isRefused asks for what is to be refused with these words, and returns the answer.
func (c *caller) isRefused(verb string, fields map[string]any, words string) map[string]any {
	c.t.Helper()
	c.asks(8, verb, fields)
	answer := c.answer(8)
	if said, _ := answer["error"].(string); answer["ok"] != false || !strings.Contains(said, words) {
		c.t.Fatalf("%s: %v, not refused with %q", verb, answer, words)
	}
	return answer
}

// hears waits until a change is told to have ended.
func (c *caller) hears(tag string) map[string]any {
	c.t.Helper()
	for {
		i := slices.IndexFunc(c.events, func(event map[string]any) bool { return event["effect"] == tag })
		if i >= 0 {
			event := c.events[i]
			c.events = slices.Delete(c.events, i, i+1)
			return event
		}
		if line := c.next(); line["event"] != nil {
			c.events = append(c.events, line)
		} else {
			c.t.Fatalf("answered %v, not heard of %s", line, tag)
		}
	}
}

func naming(tags ...string) map[string]any { return map[string]any{"effects": tags} }

func effects(each ...map[string]any) map[string]any { return map[string]any{"effects": each} }

// drops is a change that drops what is sent to a port over UDP: that of its own number.
func drops(at *netnstest.Namespace, tag string) map[string]any {
	return dropsBy("nftables", at, tag)
}

func dropsBy(flavour string, at *netnstest.Namespace, tag string) map[string]any {
	return map[string]any{
		"effect": tag, "pid": at.PID, "netns": at.Inode, "max_ms": 60_000, "lifted": false,
		"packets": map[string]any{
			"filter": map[string]any{"flavour": flavour, "ipv6": true, "expiry": "NONE", "silent": false},
			"traffic": map[string]any{
				"peers": []any{}, "transport": "udp", "first": portOf(tag), "last": portOf(tag), "side": "OTHER", "flow": "OUT_OF",
			},
			"action": map[string]any{"kind": "DROP"},
		},
	}
}

// portOf a tag is one that nobody listens on.
func portOf(tag string) int {
	return 9000 + int(tag[len(tag)-1])
}

func with(change map[string]any, name string, value any) map[string]any {
	change[name] = value
	return change
}

func without(change map[string]any, name string) map[string]any {
	delete(change, name)
	return change
}

// world is a namespace in which nf_tables works.
func world(t *testing.T) *netnstest.Namespace {
	t.Helper()
	at := netnstest.New(t)
	at.Need(t, "nft list ruleset")
	at.Run(t, "nft flush ruleset")
	return at
}

func (c *caller) mustBeIn(at *netnstest.Namespace, tags ...string) {
	c.t.Helper()
	for _, tag := range tags {
		if rules := at.Run(c.t, "nft list ruleset"); !strings.Contains(rules, "table inet "+tag) {
			c.t.Fatalf("%s is not in force: %s", tag, rules)
		}
	}
}

func mustBeClean(t *testing.T, at *netnstest.Namespace) {
	t.Helper()
	if rules := at.Run(t, "nft list ruleset"); rules != "" {
		t.Fatalf("left: %s", rules)
	}
}
