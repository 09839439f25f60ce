package nft

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"faultline/agent/effect"
	"faultline/agent/netns"
	"faultline/agent/netnstest"
	"faultline/agent/refuse"
)

// descriptors is how many netlink sockets this process has open.
func descriptors(t testing.TB) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	succeed(t, err)
	found := 0
	for _, each := range open {
		if link, err := os.Readlink("/proc/self/fd/" + each.Name()); err == nil && strings.HasPrefix(link, "socket:") {
			found++
		}
	}
	return found
}

// users is how many use the socket of each namespace.
func users(tables *Tables) map[uint64]int {
	tables.mu.Lock()
	defer tables.mu.Unlock()
	found := map[uint64]int{}
	for inode, each := range tables.sockets {
		found[inode] = each.users
	}
	return found
}

func TestManyNamespacesAtOnceGiveTheirSocketsBack(t *testing.T) {
	before, tables := descriptors(t), New()
	namespaces := make([]*netnstest.Namespace, 100)
	for i := range namespaces {
		namespaces[i] = netnstest.New(t)
	}
	namespaces[0].Need(t, "nft list ruleset")
	var all sync.WaitGroup
	for _, each := range namespaces {
		all.Go(func() {
			made, err := tables.Packets(at(each, tag), dropping(everything()))
			if err == nil {
				err = made.Begin()
			}
			if err != nil {
				t.Error(err)
				return
			}
			if state, err := made.State(); err != nil || state.Flaw != "" {
				t.Errorf("it is %v, %v", state, err)
			}
			if err := made.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	eventually(t, "all sockets are closed", func() bool { return descriptors(t) <= before && len(users(tables)) == 0 })
	isEmpty(t, namespaces[99])
}

func TestManyChangesOfOneNamespaceAtOnce(t *testing.T) {
	before, tables, namespace := descriptors(t), New(), withTables(t)
	var all sync.WaitGroup
	for i := range 8 {
		name := "FAULTLINE-0000a1b2-" + itoa(i)
		all.Go(func() {
			for range 10 {
				made, err := tables.Packets(at(namespace, name), dropping(everything()))
				if err != nil {
					t.Error(err)
					return
				}
				for _, each := range []func() error{made.Prepare, made.Begin, made.Renew, made.End, made.Begin} {
					if err := each(); err != nil {
						t.Error(err)
					}
				}
				if state, err := made.State(); err != nil || state.Flaw != "" {
					t.Errorf("it is %v, %v", state, err)
				}
				if err := made.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	isEmpty(t, namespace)
	eventually(t, "the socket is closed", func() bool { return descriptors(t) <= before })
}

// The kernel removes the tables of a closed socket's address, also of another socket that has it by then.
func TestNoSocketHasTheAddressOfAnEarlierOne(t *testing.T) {
	namespace, had := withTables(t), map[uint32]bool{}
	for range 10 {
		one, err := open(namespace.Namespace)
		succeed(t, err)
		named, err := unix.Getsockname(one.fd)
		succeed(t, err)
		address := named.(*unix.SockaddrNetlink).Pid
		if address < lowest || address >= 1<<31 || had[address] {
			t.Errorf("the address is %d", address)
		}
		had[address] = true
		one.close()
	}
}

func TestTheTableIsGoneWithTheSocket(t *testing.T) {
	namespace, tables := withTables(t), New()
	made := begun(t, tables, at(namespace, tag), dropping(everything()))
	if tables.known().withoutOwners {
		t.Skip("this kernel knows no owners of tables")
	}
	made.socket.close()
	eventually(t, "the table is gone", func() bool { return strings.TrimSpace(ruleset(t, namespace)) == "" })
	made.socket, made.made = nil, false
	tables.leave(namespace.Inode)
}

func TestAKernelWithoutOwnersOrQueuesDoesWithout(t *testing.T) {
	for _, each := range []struct {
		refused part
		errno   unix.Errno
		tried   kernel
		learned kernel
	}{
		{owner, unix.EINVAL, kernel{}, kernel{withoutOwners: true}},
		{owner, unix.EOPNOTSUPP, kernel{}, kernel{withoutOwners: true}},
		{owner, unix.EEXIST, kernel{}, kernel{}},
		{owner, unix.EINVAL, kernel{withoutOwners: true}, kernel{}},
		{queue, unix.ENOENT, kernel{}, kernel{withoutQueues: true}},
		{queue, unix.EINVAL, kernel{}, kernel{}},
		{queue, unix.ENOENT, kernel{withoutQueues: true}, kernel{}},
		{0, unix.ENOENT, kernel{}, kernel{}},
	} {
		tables := New()
		again := tables.learn(&refusal{each.errno, request{uses: each.refused}}, each.tried)
		if tables.known() != each.learned || again != (each.learned != kernel{}) {
			t.Errorf("%v: learned is %v, %v", each, tables.known(), again)
		}
	}
}

func TestTablesAreFoundAndRemovedByName(t *testing.T) {
	namespace, tables := withTables(t), New()
	if names, err := Find(namespace.Namespace); err != nil || len(names) > 0 {
		t.Errorf("found are %v, %v", names, err)
	}
	for _, each := range []string{"inet " + tag, "ip " + tag, "ip6 " + otherTag, "inet others", "ip FAULTLINE"} {
		namespace.Run(t, "nft add table "+each)
	}
	if names, err := Find(namespace.Namespace); err != nil || !slices.Equal(names, []Found{{tag, false}, {otherTag, false}}) {
		t.Errorf("found are %v, %v", names, err)
	}
	succeed(t, Remove(namespace.Namespace, tag))
	succeed(t, Remove(namespace.Namespace, tag))
	succeed(t, Remove(namespace.Namespace, otherTag))
	if there := namespace.Run(t, "nft list tables"); there != "table inet others\ntable ip FAULTLINE\n" {
		t.Errorf("there are %s", there)
	}
	if err := Remove(namespace.Namespace, "others"); err == nil {
		t.Error("somebody else's is removed")
	}
	begun(t, tables, at(namespace, tag), dropping(everything()))
	if err := Remove(namespace.Namespace, tag); !tables.known().withoutOwners &&
		(err == nil || err.Error() != "cannot remove the table "+tag+" from nf_tables: it belongs to an agent that is running") {
		t.Errorf("the error is %v", err)
	}
	if names, err := Find(namespace.Namespace); err != nil || !slices.Equal(names, []Found{{tag, !tables.known().withoutOwners}}) {
		t.Errorf("found are %v, %v", names, err)
	}
}

func TestProbingLeavesNothing(t *testing.T) {
	namespace := withTables(t)
	if found := Probe(namespace.Namespace); found.Silent || !found.Drop {
		t.Errorf("without loopback it is %+v", found)
	}
	namespace.Run(t, "ip link set dev lo up")
	before := descriptors(t)
	var found [2]Features
	var both sync.WaitGroup
	for i := range found {
		both.Go(func() { found[i] = Probe(namespace.Namespace) })
	}
	both.Wait()
	t.Logf("found is %+v", found)
	if !(found[0].Drop && found[0].Lease) || found[0] != found[1] {
		t.Errorf("found is %+v", found)
	}
	isEmpty(t, namespace)
	if links := namespace.Run(t, "ip -brief link show"); !strings.HasPrefix(links, "lo ") {
		t.Errorf("there is %s", links)
	}
	eventually(t, "the socket is closed", func() bool { return descriptors(t) < before+1 })
}

func TestANamespaceThatCannotBeEnteredIsForgotten(t *testing.T) {
	namespace, tables := withTables(t), New()
	gone, err := netns.OfProcess(namespace.PID)
	succeed(t, err)
	gone.Close()
	made, err := tables.Packets(effect.Place{Tag: tag, Namespace: gone}, dropping(everything()))
	succeed(t, err)
	if err := made.Begin(); !refuse.Is(err) || !strings.HasPrefix(err.Error(), "cannot open a netlink socket for nf_tables: ") {
		t.Errorf("the error is %v", err)
	}
	succeed(t, made.End())
	succeed(t, made.Close())
	eventually(t, "it is forgotten", func() bool { return len(users(tables)) == 0 })
}
