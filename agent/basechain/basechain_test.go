package basechain

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"faultline/agent/netnstest"
)

const (
	one = "FAULTLINE-0000a1b2-1"
	two = "FAULTLINE-0000a1b2-2"
)

// withNft makes a namespace in which rules can be put.
func withNft(t *testing.T) *netnstest.Namespace {
	t.Helper()
	other := netnstest.New(t)
	other.Need(t, "iptables-nft -A INPUT -j ACCEPT")
	return netnstest.New(t)
}

// saved has everything that iptables-nft knows of the namespace.
func saved(t *testing.T, namespace *netnstest.Namespace) string {
	t.Helper()
	return namespace.Run(t, "iptables-nft-save") + namespace.Run(t, "ip6tables-nft-save")
}

// change puts rules into tables of both families, and takes them away again.
func change(t *testing.T, namespace *netnstest.Namespace) {
	t.Helper()
	for _, tables := range []string{"iptables-nft", "ip6tables-nft -t nat"} {
		namespace.Run(t, tables+" -A OUTPUT -j ACCEPT")
		namespace.Run(t, tables+" -D OUTPUT -j ACCEPT")
	}
}

func TestWhatHasComeIsRemovedAfterTheLastChange(t *testing.T) {
	namespace, chains := withNft(t), New()
	chains.Opens(namespace.Namespace, one)
	change(t, namespace)
	chains.Opens(namespace.Namespace, two)
	chains.Ended(namespace.Namespace, one)
	if there := saved(t, namespace); !strings.Contains(there, ":OUTPUT ACCEPT") {
		t.Errorf("removed while there was another change: %q", there)
	}
	chains.Ended(namespace.Namespace, "FAULTLINE-0000a1b2-3") // which was not open
	if there := saved(t, namespace); !strings.Contains(there, ":OUTPUT ACCEPT") {
		t.Errorf("removed for a change that was not open: %q", there)
	}
	chains.Ended(namespace.Namespace, two)
	if there := saved(t, namespace); there != "" {
		t.Errorf("left is %s", there)
	}
	if len(chains.places) != 0 {
		t.Errorf("still known is %v", chains.places)
	}
}

func TestWhatWasThereBeforeStays(t *testing.T) {
	namespace, chains := withNft(t), New()
	change(t, namespace)
	before := lookIn(namespace.Namespace)
	if before == nil || len(before.tables) != 2 || len(before.chains) < 2 {
		t.Fatalf("before there is %v", before)
	}
	chains.Opens(namespace.Namespace, one)
	namespace.Run(t, "iptables-nft -t nat -A OUTPUT -j ACCEPT") // a table that was not there
	namespace.Run(t, "iptables-nft -t nat -D OUTPUT -j ACCEPT")
	namespace.Run(t, "iptables-nft -A INPUT -j ACCEPT") // a chain, it may be, that was not there
	namespace.Run(t, "iptables-nft -D INPUT -j ACCEPT")
	change(t, namespace)
	chains.Ended(namespace.Namespace, one)
	if after := lookIn(namespace.Namespace); !reflect.DeepEqual(after, before) {
		t.Errorf("it was %v and is %v", before, after)
	}
}

// Somebody else can use a table without any base chain.
func TestEmptyTableThatWasThereBeforeStays(t *testing.T) {
	namespace, chains := withNft(t), New()
	namespace.Need(t, "nft add table ip filter")
	chains.Opens(namespace.Namespace, one)
	change(t, namespace)
	chains.Ended(namespace.Namespace, one)
	if there := namespace.Run(t, "nft list ruleset"); strings.Join(strings.Fields(there), " ") != "table ip filter { }" {
		t.Errorf("there is %s", there)
	}
}

func TestWhatSomebodyElseHasPutThereMeanwhileStays(t *testing.T) {
	for what, commands := range map[string][]string{
		"rule":         {"iptables-nft -A OUTPUT -p icmp -j DROP"},
		"chain":        {"iptables-nft -N OTHERS"},
		"jumped chain": {"iptables-nft -N OTHERS", "iptables-nft -A OTHERS -j RETURN", "iptables-nft -A OUTPUT -j OTHERS"},
		"policy":       {"iptables-nft -P OUTPUT DROP"},
	} {
		t.Run(what, func(t *testing.T) {
			namespace, chains := withNft(t), New()
			chains.Opens(namespace.Namespace, one)
			change(t, namespace)
			for _, command := range commands {
				namespace.Run(t, command)
			}
			chains.Ended(namespace.Namespace, one)
			there := saved(t, namespace)
			last := strings.Fields(commands[len(commands)-1])
			if want := strings.Join(last[2:], " "); !strings.Contains(there, want) {
				t.Errorf("%s is not in %s", want, there)
			}
			if strings.Contains(there, "*nat") {
				t.Errorf("left is %s", there)
			}
		})
	}
}

func TestTablesThatIptablesDoesNotUseStay(t *testing.T) {
	namespace, chains := withNft(t), New()
	namespace.Need(t, "nft --version")
	chains.Opens(namespace.Namespace, one)
	namespace.Run(t, "nft add table ip others")
	namespace.Run(t, "nft add chain ip others input { type filter hook input priority 0 ; policy accept ; }")
	change(t, namespace)
	chains.Ended(namespace.Namespace, one)
	if there := namespace.Run(t, "nft list ruleset"); !strings.Contains(there, "chain input") || strings.Contains(there, "OUTPUT") {
		t.Errorf("there is %s", there)
	}
}

func TestChangesOnManyGoroutinesLeaveNothing(t *testing.T) {
	chains := New()
	namespaces := []*netnstest.Namespace{withNft(t), withNft(t)}
	var all sync.WaitGroup
	for i := range 8 {
		namespace, tag := namespaces[i%2], fmt.Sprintf("FAULTLINE-0000a1b2-%d", i)
		all.Go(func() {
			for range 3 {
				chains.Opens(namespace.Namespace, tag)
				for _, command := range []string{"iptables-nft -w 5 -N " + tag, "iptables-nft -w 5 -A INPUT -j " + tag,
					"iptables-nft -w 5 -D INPUT -j " + tag, "iptables-nft -w 5 -X " + tag} {
					if printed, err := namespace.Try(command); err != nil {
						t.Errorf("%s: %v: %s", command, err, printed)
					}
				}
				chains.Ended(namespace.Namespace, tag)
			}
		})
	}
	all.Wait()
	for _, namespace := range namespaces {
		if there := saved(t, namespace); there != "" {
			t.Errorf("left is %s", there)
		}
	}
}
