package features

import (
	"fmt"
	"net"
	"strings"
	"time"

	"faultline/agent/tool"
)

const connectTimeout = 2 * time.Second

// waysToShape are tried each in full: a kernel can have a qdisc without its classifier or action.
var waysToShape = []struct {
	name, undo string
	lines      []string
}{
	{"netem", "root", []string{"qdisc add dev lo root handle 1: netem delay 1ms"}},
	{"tbf", "root", []string{"qdisc add dev lo root handle 1: tbf rate 1mbit burst 2kb latency 50ms"}},
	{"htb", "root", []string{
		"qdisc add dev lo root handle 1: htb",
		"class add dev lo parent 1: classid 1:1 htb rate 1mbit",
		"filter add dev lo parent 1: protocol ip u32 match u32 0 0 flowid 1:1",
	}},
	{"ingress", "ingress", []string{
		"qdisc add dev lo ingress",
		"filter add dev lo parent ffff: protocol ip u32 match u32 0 0 action mirred egress redirect dev faultline-probe",
	}},
}

// shaping tells which ways of shaping this kernel has.
func (k kernel) shaping() []string {
	k.works("ip", "link add faultline-probe type ifb")
	defer k.works("ip", "link del faultline-probe")
	found := []string{}
	for _, way := range waysToShape {
		if k.works("tc", way.lines...) {
			found = append(found, way.name)
		}
		k.works("tc", "qdisc del dev lo "+way.undo)
	}
	return found
}

// destroysSockets tells whether the kernel closes a connection when told to (CONFIG_INET_DIAG_DESTROY); without it ss -K just
// says nothing.
func (k kernel) destroysSockets() bool {
	destroyed := false
	err := k.namespace.Do(func() error {
		server, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer server.Close()
		client, err := net.DialTimeout("tcp4", server.Addr().String(), connectTimeout)
		if err != nil {
			return err
		}
		defer client.Close()
		port := fmt.Sprintf(":%d", server.Addr().(*net.TCPAddr).Port)
		said, err := tool.Run(k.namespace, []tool.Command{{Tool: "ss-kill", Input: "dport = " + port}})
		destroyed = strings.Contains(strings.Join(said, ""), port)
		return err
	})
	return err == nil && destroyed
}

// dropsSilently tells whether a queue that nobody reads swallows a packet without telling its sender, as a cut cable would.
//
// DROP in OUTPUT gives the sender EPERM for UDP and ICMP; the kernel frees a packet of an unread queue and reports success
// (nf_queue in net/netfilter/nf_queue.c).
func (k kernel) dropsSilently(tables string) bool {
	const rule = "OUTPUT -p udp -d 127.0.0.1 --dport 9 -j NFQUEUE --queue-num 64999"
	if !k.works(tables, "*filter", "-A "+rule, "COMMIT") {
		return false
	}
	defer k.works(tables, "*filter", "-D "+rule, "COMMIT")
	return k.namespace.Do(func() error {
		probe, err := net.Dial("udp4", "127.0.0.1:9")
		if err != nil {
			return err
		}
		defer probe.Close()
		_, err = probe.Write([]byte("?"))
		return err
	}) == nil
}
