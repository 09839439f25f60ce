package rollback

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

const (
	itself    = "faultline-rollback-1a2b3c4d-1"
	target1   = "c0ffee"
	network1  = "f00d"
	hasNotRun = "0001-01-01T00:00:00Z"
	hasRun    = "2026-11-28T12:00:00Z"
)

// engine plays Docker's part on a unix socket: one container on networks, one network, and the rollback container itself.
type engine struct {
	socket string
	server *http.Server

	mu         sync.Mutex
	calls      []string // but inspections
	connects   []map[string]json.RawMessage
	exists     bool
	running    bool
	paused     bool
	networks   map[string]string // attachments as JSON, by the names of networks
	noNetwork  bool              // the network has been removed
	finishedAt string
	removed    chan struct{} // closed when the rollback container is
	overrides  map[string]http.HandlerFunc
}

func newEngine(t *testing.T) *engine {
	e := &engine{
		socket: filepath.Join(t.TempDir(), "docker.sock"), exists: true, running: true,
		networks:   map[string]string{"net-a": `{"DriverOpts":{"opt":"1"},"GwPriority":9007199254740993}`, "other": "{}"},
		finishedAt: hasNotRun, removed: make(chan struct{}), overrides: map[string]http.HandlerFunc{},
	}
	e.begin(t)
	t.Cleanup(e.end)
	return e
}

func (e *engine) begin(t *testing.T) {
	listener, err := net.Listen("unix", e.socket)
	if err != nil {
		t.Fatal(err)
	}
	e.server = &http.Server{Handler: e}
	go e.server.Serve(listener)
}

func (e *engine) end() { e.server.Close() }

// do changes or looks at the state.
func (e *engine) do(action func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	action()
}

// override answers a call, like "POST /containers/c0ffee/pause", otherwise; with nil as ever.
func (e *engine) override(call string, handler http.HandlerFunc) {
	e.do(func() { e.overrides[call] = handler })
}

func (e *engine) made(call string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(e.calls), func(made string) bool { return made != call }))
}

func says(status int, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message":%q}`, message)
	}
}

func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := r.Method + " " + r.URL.Path
	body, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !strings.HasSuffix(call, "/json") {
		e.calls = append(e.calls, call)
	}
	if handler := e.overrides[call]; handler != nil {
		e.mu.Unlock()
		handler(w, r)
		e.mu.Lock()
		return
	}
	switch call {
	case "GET /containers/" + itself + "/json":
		fmt.Fprintf(w, `{"State":{"FinishedAt":%q}}`, e.finishedAt)
	case "DELETE /containers/" + itself:
		e.remove(w, r)
	case "GET /networks/" + network1:
		if e.noNetwork {
			says(404, "no such network")(w, r)
		}
	default:
		e.change(w, r, call, body)
	}
}

func (e *engine) remove(w http.ResponseWriter, r *http.Request) {
	select {
	case <-e.removed:
		says(404, "No such container")(w, r)
	default:
		close(e.removed)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (e *engine) change(w http.ResponseWriter, r *http.Request, call string, body []byte) {
	if !e.exists {
		says(404, "No such container: "+target1)(w, r)
		return
	}
	switch call {
	case "GET /containers/" + target1 + "/json":
		var networks []string
		for name, attached := range e.networks {
			networks = append(networks, fmt.Sprintf("%q:%s", name, attached))
		}
		fmt.Fprintf(w, `{"State":{"Paused":%t,"Running":%t},"NetworkSettings":{"Networks":{%s}}}`,
			e.paused, e.running, strings.Join(networks, ","))
	case "POST /networks/" + network1 + "/disconnect":
		delete(e.networks, "net-a")
	case "POST /networks/" + network1 + "/connect":
		e.connect(w, r, body)
	case "POST /containers/" + target1 + "/pause", "POST /containers/" + target1 + "/unpause":
		e.paused = strings.HasSuffix(call, "/pause")
		w.WriteHeader(http.StatusNoContent)
	case "POST /containers/" + target1 + "/start":
		e.running = true
		w.WriteHeader(http.StatusNoContent)
	default:
		says(501, "this engine has no "+call)(w, r)
	}
}

func (e *engine) connect(w http.ResponseWriter, r *http.Request, body []byte) {
	var asked struct {
		Container      string
		EndpointConfig map[string]json.RawMessage
	}
	if err := json.Unmarshal(body, &asked); err != nil || asked.Container != target1 {
		says(400, "not understood: "+string(body))(w, r)
		return
	}
	e.connects = append(e.connects, asked.EndpointConfig)
	if e.noNetwork {
		says(404, "network "+network1+" not found")(w, r)
		return
	}
	e.networks["net-a"] = "{}"
}

// TestMain is the program itself in a child process, with a socket of a test's instead of Docker's.
func TestMain(m *testing.M) {
	if socket := os.Getenv("ROLLBACK_TEST_SOCKET"); socket != "" {
		if uid, err := strconv.Atoi(os.Getenv("ROLLBACK_TEST_UID")); err == nil {
			if err := syscall.Setuid(uid); err != nil {
				panic(err)
			}
		}
		os.Exit(run(os.Args[1:], socket, testLimits))
	}
	os.Exit(m.Run())
}
