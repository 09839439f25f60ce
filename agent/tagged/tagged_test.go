package tagged

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/netnstest"
	"faultline/agent/nft"
	"faultline/agent/packets"
	"faultline/agent/refuse"
	"faultline/agent/tool"
)

const (
	mine     = "FAULTLINE-0000a1b2-7"
	siblings = "FAULTLINE-0000a1b2-8" // of the same run
	anothers = "FAULTLINE-ffffa1b2-7"
)

func isMine(tag Tag) bool { return tag.String() == mine }

// put makes rules, or skips the test if this kernel lacks what they need.
func put(t *testing.T, namespace *netnstest.Namespace, name string, lines ...string) {
	t.Helper()
	input := strings.Join(append(lines, ""), "\n")
	if _, err := tool.Run(namespace.Namespace, []tool.Command{{Tool: name, Input: input}}); err != nil {
		t.Skipf("needs %s: %v", name, err)
	}
}

func findIn(t *testing.T, namespace *netnstest.Namespace, wanted func(Tag) bool) Remains {
	t.Helper()
	found, err := Find(namespace.Namespace, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// removed removes what is mine, and fails the test if that fails.
func removed(t *testing.T, namespace *netnstest.Namespace) Remains {
	t.Helper()
	found, err := Remove(namespace.Namespace, isMine)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestOnlyWholeTagsAreParsed(t *testing.T) {
	if tag, ok := Parse(mine); !ok || tag != (Tag{"0000a1b2", "7"}) || tag.String() != mine {
		t.Errorf("tag is %v, %v", tag, ok)
	}
	for _, text := range []string{
		"", "FAULTLINE-0000a1b2-", "FAULTLINE-0000A1B2-7", "FAULTLINE-0000a1b2-1234567", mine + "-4", "a" + mine, mine + "\n",
	} {
		if tag, ok := Parse(text); ok {
			t.Errorf("%q is taken for %v", text, tag)
		}
	}
}

func TestRulesAreRemovedWithoutThoseOfOthers(t *testing.T) {
	for _, flavour := range Flavours {
		for _, family := range Families {
			t.Run(family+"-"+flavour, func(t *testing.T) { rulesAreRemoved(t, family+"-"+flavour) })
		}
	}
}

func rulesAreRemoved(t *testing.T, tables string) {
	namespace := netnstest.New(t)
	put(t, namespace, tables, "*filter",
		":"+mine+" - [0:0]", ":"+siblings+" - [0:0]", ":"+anothers+" - [0:0]",
		"-A INPUT -p icmp -j ACCEPT",
		"-A INPUT -p tcp -j "+mine, "-A OUTPUT -p udp -j "+mine, "-A OUTPUT -j "+anothers,
		"-A "+mine+" -p tcp -j DROP", "-A "+siblings+" -j "+mine, "-A "+anothers+" -p tcp -j DROP",
		"COMMIT")
	found, err := Remove(namespace.Namespace, func(tag Tag) bool { return tag.Run == "0000a1b2" })
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 6 || found[0] != (Found{tables, "filter", ":" + mine + " - [0:0]", false, Tag{"0000a1b2", "7"}}) {
		t.Errorf("found %v", found)
	}
	left := namespace.Run(t, tables+"-save -t filter")
	if strings.Contains(left, "0000a1b2") {
		t.Errorf("left is %s", left)
	}
	for _, others := range []string{"-A INPUT -p icmp -j ACCEPT", "-A OUTPUT -j " + anothers, "-A " + anothers + " -p tcp -j DROP"} {
		if !strings.Contains(left, others) {
			t.Errorf("%q is not in %s", others, left)
		}
	}
}

func TestTablesOfOursAreRemovedWithoutThoseOfOthersAndWithoutAnyTool(t *testing.T) {
	namespace := netnstest.New(t)
	for _, table := range []string{"inet " + mine, "ip " + mine, "inet " + siblings, "inet " + anothers, "inet " + mine + "-4", "ip somebody"} {
		namespace.Need(t, "nft add table "+table)
	}
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	found, err := Remove(namespace.Namespace, func(tag Tag) bool { return tag.Run == "0000a1b2" })
	t.Setenv("PATH", path)
	if err != nil {
		t.Fatal(err)
	}
	want := "[('nftables', '', '" + mine + "'), ('nftables', '', '" + siblings + "')]"
	if found.String() != want {
		t.Errorf("found %v", found)
	}
	left := strings.Split(strings.TrimSpace(namespace.Run(t, "nft list tables")), "\n")
	slices.Sort(left)
	if want := []string{"table inet " + anothers, "table inet " + mine + "-4", "table ip somebody"}; !slices.Equal(left, slices.Sorted(slices.Values(want))) {
		t.Errorf("left is %q", left)
	}
}

func TestNothingIsMadeByLooking(t *testing.T) {
	namespace := netnstest.New(t)
	if found := findIn(t, namespace, func(Tag) bool { return true }); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	namespace.Do(t, func() error {
		for _, names := range []string{"ip_tables_names", "ip6_tables_names"} {
			if there, err := os.ReadFile("/proc/thread-self/net/" + names); err == nil && len(there) > 0 {
				t.Errorf("%s has %s", names, there)
			}
		}
		return nil
	})
	namespace.Need(t, "nft --version")
	if there := namespace.Run(t, "nft list tables"); there != "" {
		t.Errorf("nf_tables has %s", there)
	}
}

// The kernel asks the nat table for the first packet of a flow only, so a flow would be led there for as long as it lives.
func TestQueriesAreNotLedToWhereRemovedRulesLed(t *testing.T) {
	for name, lead := range map[string]func(*testing.T, *netnstest.Namespace){"iptables-nft": leadByIptables, "nftables": leadByTable} {
		t.Run(name, func(t *testing.T) {
			namespace := netnstest.New(t)
			namespace.Run(t, "ip link set dev lo up")
			// Somebody else's, as Docker's are there; without any the kernel would no longer look at flows at all.
			put(t, namespace, "iptables-nft", "*nat", "-A OUTPUT -p tcp -m tcp --dport 9 -j REDIRECT --to-ports 9", "COMMIT")
			lead(t, namespace)
			server := socketIn(t, namespace, func() (net.Conn, error) { return listening(53) })
			responder := socketIn(t, namespace, func() (net.Conn, error) { return listening(5353) })
			client := socketIn(t, namespace, func() (net.Conn, error) { return net.Dial("udp4", "127.0.0.1:53") })
			if !arrives(t, client, responder) {
				t.Skip("this kernel leads nothing elsewhere")
			}
			if found := removed(t, namespace); found[0].Where != name {
				t.Errorf("found %v", found)
			}
			if !arrives(t, client, server) {
				t.Error("what was under way is still led to the responder")
			}
		})
	}
}

func leadByIptables(t *testing.T, namespace *netnstest.Namespace) {
	put(t, namespace, "iptables-nft", "*nat", ":"+mine+" - [0:0]",
		"-A OUTPUT -p udp -m udp --dport 53 -j "+mine, "-A "+mine+" -p udp -j REDIRECT --to-ports 5353", "COMMIT")
}

func leadByTable(t *testing.T, namespace *netnstest.Namespace) {
	namespace.Need(t, "nft add table inet "+mine)
	namespace.Need(t, "nft add chain inet "+mine+" output { type nat hook output priority -110 ; }")
	namespace.Need(t, "nft add rule inet "+mine+" output udp dport 53 redirect to :5353")
}

func listening(port int) (net.Conn, error) {
	return net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
}

func socketIn(t *testing.T, namespace *netnstest.Namespace, open func() (net.Conn, error)) net.Conn {
	t.Helper()
	var socket net.Conn
	namespace.Do(t, func() (err error) {
		socket, err = open()
		return err
	})
	t.Cleanup(func() { socket.Close() })
	return socket
}

// arrives tells whether what a client sends arrives at a socket. Loopback delivers at once.
func arrives(t *testing.T, client, at net.Conn) bool {
	t.Helper()
	if _, err := client.Write([]byte("?")); err != nil {
		t.Fatal(err)
	}
	if err := at.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, err := at.Read(make([]byte, 1))
	return err == nil
}

func TestSetsAreRemovedAfterTheRulesThatUseThem(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "ipset list -name")
	put(t, namespace, "ipset", "create "+mine+"-4 hash:net family inet timeout 15", "create "+anothers+"-4 hash:net family inet")
	put(t, namespace, "iptables-nft", "*filter", ":"+mine+" - [0:0]", "-A INPUT -j "+mine,
		"-A "+mine+" -m set --match-set "+mine+"-4 src -j DROP", "COMMIT")
	found := removed(t, namespace)
	if i := slices.IndexFunc(found, func(each Found) bool { return each.Where == "ipset" }); i < 0 || found[i].What != mine+"-4" {
		t.Errorf("found %v", found)
	}
	if left := namespace.Run(t, "ipset list -name"); left != anothers+"-4\n" {
		t.Errorf("left is %q", left)
	}
}

func TestShapingIsRemoved(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "ip link add served txqueuelen 0 type ifb")
	namespace.Need(t, "ip link add f0000a1b27 type ifb")
	namespace.Need(t, "ip link set dev f0000a1b27 alias served/0")
	namespace.Need(t, "tc qdisc add dev served root handle fa17: htb r2q 7 default 0xffff direct_qlen 41394")
	namespace.Need(t, "tc qdisc add dev served ingress")
	namespace.Need(t, "tc filter add dev served parent ffff: protocol ip u32 match u32 0 0 "+
		"action mirred egress redirect dev f0000a1b27")
	found := removed(t, namespace)
	if len(found) != 5 || found[0].String() != "('tc', 'qdisc del dev served root handle fa17:', '"+mine+": htb fa17: of served')" {
		t.Errorf("found %v", found)
	}
	left := namespace.Run(t, "ip link show") + namespace.Run(t, "tc qdisc show dev served")
	if strings.Contains(left, "f0000a1b27") || strings.Contains(left, "fa17:") || strings.Contains(left, "ingress") {
		t.Errorf("left is %s", left)
	}
	// The kernel shows no length where there is no queue.
	if served := namespace.Run(t, "ip link show dev served"); strings.Contains(served, "qlen 1000") {
		t.Errorf("its queue length is not what it was: %s", served)
	}
}

// An htb of somebody else's can have our handle by chance; numbers that make no tag are none of ours.
func TestNumbersThatMakeNoTagAreNotOurs(t *testing.T) {
	namespace := netnstest.New(t)
	namespace.Need(t, "tc qdisc add dev lo root handle fa17: htb r2q 1234567 direct_qlen 41394")
	if found := findIn(t, namespace, func(Tag) bool { return true }); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

func TestWhatCannotBeRemovedIsRefused(t *testing.T) {
	namespace := netnstest.New(t)
	put(t, namespace, "iptables-nft", "*filter", ":"+mine+" - [0:0]", ":"+siblings+" - [0:0]",
		"-A "+siblings+" -j "+mine, "COMMIT") // the kernel removes no chain that is jumped to
	_, err := Remove(namespace.Namespace, isMine)
	want := "could not remove [('iptables-nft', 'filter', ':" + mine + " - [0:0]')]: iptables-nft ended with "
	if !refuse.Is(err) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error is %v", err)
	}
}

func TestEverywhereSaysWhereItWas(t *testing.T) {
	namespace := netnstest.New(t)
	put(t, namespace, "iptables-nft", "*filter", ":"+mine+" - [0:0]", "COMMIT")
	onlyHere := func(each *netns.Namespace, wanted func(Tag) bool) (Remains, error) {
		if each.Inode != namespace.Inode {
			return nil, nil // it is none of the test's business
		}
		return Find(each, wanted)
	}
	found, err := Everywhere(onlyHere, isMine)
	if err != nil {
		t.Fatal(err)
	}
	said, _ := json.Marshal(found)
	want := fmt.Sprintf(`[{"run":"0000a1b2","netns":%d,"pid":%d,"where":"iptables-nft","what":":%s - [0:0]"}]`,
		namespace.Inode, namespace.PID, mine)
	if string(said) != want {
		t.Errorf("said %s, want %s", said, want)
	}
	found, _ = Everywhere(onlyHere, func(Tag) bool { return false })
	if said, _ := json.Marshal(found); string(said) != "[]" {
		t.Errorf("nothing is said as %s", said)
	}
}

func TestWhatALivingProcessHoldsIsFoundAndNotLeft(t *testing.T) {
	namespace := netnstest.New(t)
	place := effect.Place{Tag: mine, PID: namespace.PID, Namespace: namespace.Namespace}
	rules, err := nft.New().Packets(place, packets.Order{
		Filter:  packets.Filter{Flavour: packets.NFTables, Expiry: "LEASE"},
		Traffic: packets.Traffic{Side: "OWN", Flow: "BOTH"}, Action: packets.Action{Kind: "DROP"},
	})
	if err == nil {
		err = rules.Begin()
	}
	if err != nil {
		t.Skipf("no table can be made here: %v", err)
	}
	defer rules.Close()
	found := findIn(t, namespace, isMine)
	if len(found) != 1 || found[0].What != mine {
		t.Fatalf("found %v", found)
	}
	left, err := FindLeft(namespace.Namespace, isMine)
	if err != nil || (len(left) == 0) != found[0].Owned {
		t.Errorf("left is %v, %v", left, err)
	}
}
