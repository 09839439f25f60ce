package features

import (
	"net"

	"github.com/vishvananda/netlink"
)

// up puts loopback up, without which nothing can be sent here. Where that fails, what is tried tells.
func (k kernel) up() {
	_ = k.namespace.Do(func() error {
		loopback, err := netlink.LinkByName("lo")
		if err != nil {
			return err
		}
		return netlink.LinkSetUp(loopback)
	})
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
