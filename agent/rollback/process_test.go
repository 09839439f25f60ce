package rollback

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A tenth or less of what they are, so that tests take no minutes.
var testLimits = limits{call: 2 * time.Second, giveUp: 3 * time.Second, pause: 50 * time.Millisecond}

const soon = 10 * time.Second

var (
	detaching = `{"does":"detach","place":"\"app\"","container":"c0ffee","network":"f00d","name":"net-a",` +
		`"endpoint":{"IPAMConfig":{"IPv4Address":"10.0.0.5"},"Aliases":["db"]}}`
	pausing  = `{"does":"pause","place":"\"app\"","container":"c0ffee"}`
	stopping = `{"does":"end","place":"\"app\"","container":"c0ffee","settle_ms":%d}`
)

// program is a rollback container's process.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	errors *lockedBuffer
	ended  chan struct{}
	ids    int
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(some []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(some)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

type leaseAndMaximum struct{ lease, maximum time.Duration }

var long = leaseAndMaximum{time.Minute, time.Minute}

func start(t *testing.T, socket string, times leaseAndMaximum, steps ...string) *program {
	task := fmt.Sprintf(`{"rollback":%q,"lease_ms":%d,"maximum_ms":%d,"steps":[%s]}`,
		itself, times.lease.Milliseconds(), times.maximum.Milliseconds(), strings.Join(steps, ","))
	return startWith(t, socket, task)
}

func startWith(t *testing.T, socket, task string) *program {
	p := &program{t: t, cmd: exec.Command(os.Args[0], task), errors: &lockedBuffer{}, ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "ROLLBACK_TEST_SOCKET="+socket, "GOMAXPROCS=64")
	p.cmd.Stderr = p.errors
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stdout, p.out = write, bufio.NewReader(read)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		read.Close()
	})
	return p
}

func (p *program) send(verb string) string {
	p.ids++
	if _, err := fmt.Fprintf(p.in, `{"id":%d,"verb":%q}`+"\n", p.ids, verb); err != nil {
		p.t.Fatalf("%s: %v; %s", verb, err, p.errors)
	}
	return strconv.Itoa(p.ids)
}

// ask returns the refusal, or nothing.
func (p *program) ask(verb string) string {
	p.t.Helper()
	return p.answer(p.send(verb))
}

func (p *program) answer(id string) string {
	p.t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.t.Fatalf("no answer: %v; %s", err, p.errors)
	}
	var got struct {
		ID    json.Number
		OK    *bool
		Error *string
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil || got.OK == nil || got.ID.String() != id || *got.OK != (got.Error == nil) {
		p.t.Fatalf("unfit answer %q to request %s", line, id)
	}
	if got.Error == nil {
		return ""
	}
	return *got.Error
}

func (p *program) mustDo(verb string) {
	p.t.Helper()
	if why := p.ask(verb); why != "" {
		p.t.Fatalf("%s refused: %s", verb, why)
	}
}

// exits waits for its end and returns the exit code.
func (p *program) exits() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(soon):
		p.t.Fatalf("it did not end; it said %q", p.errors)
		return 0
	}
}

// leaves requires that it ends after its container was removed, with these words.
func (p *program) leaves(e *engine, code int, words string) {
	p.t.Helper()
	if got := p.exits(); got != code {
		p.t.Errorf("exit code %d, not %d; it said %q", got, code, p.errors)
	}
	if e.made("DELETE /containers/"+itself) != 1 {
		p.t.Errorf("its container was not removed once")
	}
	if got := strings.TrimSpace(p.errors.String()); got != words {
		p.t.Errorf("it said %q, not %q", got, words)
	}
}

// receives waits for what an engine's handler sends.
func (p *program) receives(from <-chan struct{}) {
	p.t.Helper()
	select {
	case <-from:
	case <-time.After(soon):
		p.t.Fatalf("Docker was not asked; it said %q", p.errors)
	}
}

func (p *program) awaits(what string, condition func() bool) {
	p.t.Helper()
	for end := time.Now().Add(soon); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("not within %v: %s; it said %q", soon, what, p.errors)
		}
	}
}

func (e *engine) is(condition func() bool) func() bool {
	return func() (is bool) {
		e.do(func() { is = condition() })
		return is
	}
}

func (e *engine) attached() bool { _, on := e.networks["net-a"]; return on }
func (e *engine) isPaused() bool { return e.paused }
func (e *engine) isUp() bool     { return e.running }
