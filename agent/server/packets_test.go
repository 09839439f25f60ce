package server

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"faultline/agent/netnstest"
)

// link gives a namespace one to nobody. What it sends passes the rules all the same.
func link(t *testing.T, at *netnstest.Namespace) {
	t.Helper()
	at.Need(t, "ip link add test0 type veth peer name test1")
	at.Run(t, "ip addr add 198.51.100.1/24 dev test0")
	at.Run(t, "ip link set test0 up")
}

// sends sends a packet that a change drops.
func sends(t *testing.T, at *netnstest.Namespace, tag string) {
	t.Helper()
	at.Do(t, func() error {
		sender, err := net.Dial("udp", fmt.Sprintf("198.51.100.2:%d", portOf(tag)))
		if err == nil {
			sender.Write([]byte("x")) // fails, as it is dropped
			sender.Close()
		}
		return err
	})
}

// counted is what a state has counted on the way out, in words.
func counted(state map[string]any) string {
	var words []string
	for _, each := range state["action"].(map[string]any)["counts"].([]any) {
		count := each.(map[string]any)
		if count["direction"] == "OUT" {
			words = append(words, fmt.Sprintf("%v of %v", count["number"], count["of"]))
		}
	}
	return strings.Join(words, ", ")
}

func TestRetunesWithoutLosingWhatWasCounted(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	link(t, at)
	c.does("open", effects(drops(at, tag1)))
	sends(t, at, tag1)
	order := drops(at, tag1)["packets"].(map[string]any)
	retune := map[string]any{"effect": tag1, "order": order}
	c.isRefused("retune", map[string]any{"effect": tag1}, "an order is needed")
	c.isRefused("retune", map[string]any{"effect": tag2, "order": order}, tag2+" is not open")
	if since := c.does("retune", retune)["at_ns"].(float64); since <= 0 {
		t.Fatalf("since %v", since)
	}
	sends(t, at, tag1)
	order["action"] = map[string]any{"kind": "REJECT"}
	c.isRefused("retune", retune, "")
	healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
	if counted(healed) != "2 of 2" || healed["wiped"] != false {
		t.Fatalf("healed: %v", healed)
	}
	mustBeClean(t, at)
}

func TestOpensAndHealsInManyNamespacesAtOnce(t *testing.T) {
	c := serve(t, noLease)
	var places []*netnstest.Namespace
	var all []map[string]any
	var tags []string
	for i := range 30 {
		at := world(t)
		for j := range 2 {
			tag := fmt.Sprintf("FAULTLINE-0a1b2c3d-%d", 100+10*i+j)
			all, tags = append(all, drops(at, tag)), append(tags, tag)
		}
		places = append(places, at)
	}
	inForce := c.does("open", effects(all...))["in_force_ns"].([]any)
	for i, at := range places {
		c.mustBeIn(at, tags[2*i], tags[2*i+1])
		if inForce[2*i].(float64) > inForce[2*i+1].(float64) {
			t.Errorf("in force at %v", inForce)
		}
	}
	for i, each := range c.does("heal", naming(tags...))["healed"].([]any) {
		if end := each.(map[string]any); end["effect"] != tags[i] || end["wiped"] != false || end["problem"] != nil {
			t.Errorf("healed: %v", end)
		}
	}
	for _, at := range places {
		mustBeClean(t, at)
	}
}

func TestSaysWhatBecameOfConnectionsOnlyIfItMetPackets(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	link(t, at)
	ofTCP := func() map[string]any {
		change := drops(at, tag1)
		change["packets"].(map[string]any)["traffic"].(map[string]any)["transport"] = "tcp"
		return change
	}
	for _, meets := range []bool{false, true} {
		c.does("open", effects(ofTCP()))
		if meets {
			at.Do(t, func() error {
				dialer := net.Dialer{Timeout: 50 * time.Millisecond}
				dialer.Dial("tcp", fmt.Sprintf("198.51.100.2:%d", portOf(tag1))) // in vain
				return nil
			})
		}
		healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
		if orphans := healed["orphans"]; (orphans != nil) != meets {
			t.Errorf("met %v: healed %v", meets, healed)
		}
	}
}

func TestAnswersQueriesWronglyUntilItIsHealed(t *testing.T) {
	for _, flavour := range []string{"nftables", "iptables-nft"} {
		at, c := world(t), serve(t, noLease)
		at.Run(t, "ip link set lo up")
		order := map[string]any{
			"filter": map[string]any{"flavour": flavour, "ipv6": true, "expiry": "NONE"},
			"answer": "NXDOMAIN", "names": []string{"db.example"}, "addresses": []string{},
		}
		c.does("open", effects(with(without(drops(at, tag1), "packets"), "dns", order)))
		if code := asks(t, at); code != 3 {
			t.Errorf("%s: answered with %d", flavour, code)
		}
		c.does("lift", naming(tag1))
		if code := asks(t, at); code != -1 {
			t.Errorf("%s: lifted, answered with %d", flavour, code)
		}
		c.does("restore", naming(tag1))
		order["answer"] = "REFUSED"
		c.does("retune", map[string]any{"effect": tag1, "order": order})
		if code := asks(t, at); code != 5 {
			t.Errorf("%s: retuned, answered with %d", flavour, code)
		}
		healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
		came := healed["action"].(map[string]any)
		if came["number"] != 2.0 || came["of"] != 2.0 || came["flaw"] != nil || healed["problem"] != nil || healed["wiped"] != false {
			t.Errorf("%s: healed %v", flavour, healed)
		}
		if code := asks(t, at); code != -1 {
			t.Errorf("%s: healed, answered with %d", flavour, code)
		}
		mustBeClean(t, at)
	}
}

// asks for db.example where nobody answers, and returns the code of the answer; -1 without any.
func asks(t *testing.T, at *netnstest.Namespace) int {
	t.Helper()
	const query = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02db\x07example\x00\x00\x01\x00\x01"
	code := -1
	at.Do(t, func() error {
		conn, err := net.Dial("udp", "127.0.0.53:53")
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(long))
		answer := make([]byte, 512)
		if _, err := conn.Write([]byte(query)); err != nil {
			return err
		}
		if _, err := conn.Read(answer); err == nil { // else it is refused
			code = int(answer[3] & 0xf)
		}
		return nil
	})
	return code
}

func TestShapesUntilItIsHealed(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	link(t, at)
	at.Need(t, "tc qdisc add dev lo root tbf rate 1mbit burst 2kb latency 50ms")
	traffic := map[string]any{"side": "EITHER", "flow": "BOTH"}
	shape := map[string]any{
		"interface": "test0", "mtu": 1500, "queue": 1000, "direction": "OUT", "classes": []any{
			map[string]any{"traffic": traffic, "tbf": map[string]any{"rate": 1_000_000, "burst": 2048, "limit": 8192}},
		},
	}
	c.does("open", effects(with(without(drops(at, tag1), "packets"), "shape", shape)))
	if qdiscs := at.Run(t, "tc qdisc show dev test0"); !strings.Contains(qdiscs, "htb fa17:") {
		t.Fatalf("is not shaped: %s", qdiscs)
	}
	sends(t, at, tag1)
	healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
	if counted(healed) == "" || healed["wiped"] != false || healed["problem"] != nil {
		t.Errorf("healed: %v", healed)
	}
	if qdiscs := at.Run(t, "tc qdisc show dev test0"); strings.Contains(qdiscs, "fa17:") {
		t.Errorf("left: %s", qdiscs)
	}
}

func TestClosesConnectionsOnce(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	link(t, at)
	at.Run(t, "ip link set lo up")
	var server net.Listener
	var client net.Conn
	at.Do(t, func() (err error) {
		if server, err = net.Listen("tcp4", "198.51.100.1:0"); err == nil {
			client, err = net.Dial("tcp4", server.Addr().String())
		}
		return err
	})
	defer server.Close()
	defer client.Close()
	destroy := map[string]any{"own": []any{}, "traffic": map[string]any{"side": "EITHER", "flow": "BOTH"}}
	c.does("open", effects(with(without(drops(at, tag1), "packets"), "destroy", destroy)))
	if _, err := client.Write([]byte("x")); err == nil {
		t.Skip("this kernel does not close connections (CONFIG_INET_DIAG_DESTROY)")
	}
	c.isRefused("retune", map[string]any{"effect": tag1, "order": destroy}, "cannot be retuned")
	healed := c.does("heal", naming(tag1))["healed"].([]any)[0].(map[string]any)
	count := healed["action"].(map[string]any)["counts"].([]any)[0].(map[string]any)
	if number := count["number"].(float64); count["direction"] != "ANY" || number < 1 || count["of"] != number { // one ends the other
		t.Errorf("healed: %v", healed)
	}
}
