package rollback

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// detachment is a container that is taken off a network.
type detachment struct{ target }

func (d *detachment) make(ctx context.Context) error {
	found, err := d.inspect(ctx)
	if err != nil {
		return err
	}
	if found != nil {
		d.keepOptions(found.NetworkSettings.Networks[d.Name])
	}
	got, err := d.docker.ask(ctx, post, "/networks/"+d.Network+"/disconnect", map[string]string{"Container": d.Container})
	if err != nil {
		return err
	}
	return got.require()
}

// keepOptions adds to the endpoint what the caller's Docker client cannot read. Unlike the rest it is lost with this process.
func (d *detachment) keepOptions(found attachment) {
	if d.Endpoint == nil {
		d.Endpoint = map[string]json.RawMessage{}
	}
	for name, value := range map[string]json.RawMessage{"DriverOpts": found.DriverOpts, "GwPriority": found.GwPriority} {
		switch string(value) {
		case "", "null", "{}", "0": // not set
		default:
			d.Endpoint[name] = value
		}
	}
}

// takeBack puts it back, unless it is there. An address that somebody has taken meanwhile must not keep it away.
func (d *detachment) takeBack(ctx context.Context) error {
	if missing, err := d.isMissing(ctx); err != nil || !missing {
		return err
	}
	got, err := d.connect(ctx, d.Endpoint)
	if err == nil && got.isRefusal() && strings.Contains(got.said(), "in use") {
		anyAddress := maps.Clone(d.Endpoint)
		delete(anyAddress, "IPAMConfig")
		got, err = d.connect(ctx, anyAddress)
	}
	if err != nil || !got.isRefusal() {
		return err
	}
	if missing, err := d.isMissing(ctx); err != nil || !missing {
		return err // somebody else was faster
	}
	network, err := d.docker.ask(ctx, get, "/networks/"+d.Network, nil)
	if err != nil {
		return err
	}
	return &refusal{
		why:  fmt.Sprintf("cannot connect %s to network \"%s\" again: %s", d.Place, d.Name, got.said()),
		gone: network.status == notFound,
	}
}

// isMissing tells whether there is a container that is not attached.
func (d *detachment) isMissing(ctx context.Context) (bool, error) {
	found, err := d.inspect(ctx)
	return found != nil && !found.isOn(d.Name), err
}

func (d *detachment) connect(ctx context.Context, endpoint map[string]json.RawMessage) (answer, error) {
	return d.docker.ask(ctx, post, "/networks/"+d.Network+"/connect",
		map[string]any{"Container": d.Container, "EndpointConfig": endpoint})
}
