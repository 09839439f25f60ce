package rollback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"time"

	"faultline/agent/strerror"
)

// errToldToStop ends what is under way; it is no refusal, and nobody is answered.
var errToldToStop = errors.New("it was told to stop")

// docker is the Docker engine behind a unix socket.
type docker struct {
	socket string
	limit  time.Duration // of one call
}

// answer is what Docker said to one request.
type answer struct {
	status int
	text   []byte // JSON, or empty
}

func (a answer) isRefusal() bool { return a.status >= 300 }

// said has Docker's own words.
func (a answer) said() string {
	var told struct{ Message *string }
	if json.Unmarshal(a.text, &told) != nil || told.Message == nil {
		return fmt.Sprintf("Docker answered %d", a.status)
	}
	return strings.TrimSpace(*told.Message)
}

// require refuses if Docker did.
func (a answer) require() error {
	if a.isRefusal() {
		return refused("%s", a.said())
	}
	return nil
}

// ask makes one call. The error is a refusal if the engine cannot be asked, and errToldToStop if the context has ended.
func (d *docker) ask(ctx context.Context, method, path string, body any) (answer, error) {
	call, cancel := context.WithTimeout(ctx, d.limit)
	defer cancel()
	got, err := d.exchange(call, method, path, body)
	var errno syscall.Errno
	switch {
	case err == nil:
		return got, nil
	case ctx.Err() != nil:
		return answer{}, errToldToStop
	case call.Err() != nil:
		return answer{}, refused("cannot use Docker's socket: %s %s: no answer within %g s", method, path, d.limit.Seconds())
	case errors.Is(err, fs.ErrPermission) && errors.As(err, &errno):
		return answer{}, refused("may not use Docker's socket (%s). It must be open to the user that is root in a "+
			"container: not so under userns-remap, nor under SELinux without label=disable", strerror.Of(errno))
	default:
		return answer{}, refused("cannot use Docker's socket: %s %s: %v", method, path, err)
	}
}

func (d *docker) exchange(ctx context.Context, method, path string, body any) (answer, error) {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return answer{}, err
		}
	}
	status, text, err := exchange(ctx, d.socket, method, path, content)
	if err != nil {
		return answer{}, err
	}
	if len(text) > 0 && !json.Valid(text) {
		return answer{}, fmt.Errorf("its answer is not JSON: %.100q", text)
	}
	return answer{status, text}, nil
}

// container is what Docker tells of one.
type container struct {
	State struct {
		Paused     bool
		Running    *bool
		FinishedAt string
	}
	NetworkSettings struct{ Networks map[string]attachment }
}

// attachment has of a container's endpoint in a network what the caller's Docker client cannot read.
type attachment struct {
	DriverOpts json.RawMessage
	GwPriority json.RawMessage
}

// isOn tells whether it is attached to a network of this name.
func (c *container) isOn(network string) bool {
	_, attached := c.NetworkSettings.Networks[network]
	return attached
}

// inspect has a container as Docker tells of it; nil if there is no such container any more.
func (d *docker) inspect(ctx context.Context, id string) (*container, error) {
	got, err := d.ask(ctx, get, "/containers/"+id+"/json", nil)
	if err != nil {
		return nil, err
	}
	if got.status == notFound {
		return nil, nil
	}
	return got.container()
}

// container reads the answer to an inspection.
func (a answer) container() (*container, error) {
	if err := a.require(); err != nil {
		return nil, err
	}
	found := &container{}
	if err := json.Unmarshal(a.text, found); err != nil {
		return nil, refused("cannot read what Docker tells of a container: %v", err)
	}
	return found, nil
}
