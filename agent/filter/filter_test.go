package filter

import (
	"strings"
	"testing"

	"faultline/agent/effect"
	"faultline/agent/netnstest"
	"faultline/agent/packets"
	"faultline/agent/refuse"
)

const tag = "FAULTLINE-0a1b2c3d-1"

// shown is where what a flavour makes is shown, and what it needs.
var shown = map[string]string{
	packets.NFTables: "nft list ruleset", packets.IptablesNFT: "iptables-nft-save", packets.IptablesLegacy: "iptables-legacy-save",
}

func filterOf(flavour string) packets.Filter {
	return packets.Filter{Flavour: flavour, IPv6: true, Expiry: "NONE"}
}

// made makes rules of each kind.
func made(f *Filters, flavour string) map[string]func(effect.Place) (effect.Rules, error) {
	filter := filterOf(flavour)
	return map[string]func(effect.Place) (effect.Rules, error){
		"packets": func(place effect.Place) (effect.Rules, error) {
			return f.Packets(place, packets.Order{
				Filter: filter, Traffic: packets.Traffic{Side: "EITHER", Flow: "BOTH"}, Action: packets.Action{Kind: "DROP"},
			})
		},
		"counting": func(place effect.Place) (effect.Rules, error) {
			return f.Counting(place, packets.Counting{
				Filter: filter, Counters: []packets.Counter{{Direction: "OUT", End: "SOURCE", Port: 80, Flag: "FIN"}},
			})
		},
		"redirect": func(place effect.Place) (effect.Rules, error) {
			return f.Redirect(place, packets.Redirect{Filter: filter, Port: 5353, Mark: 1})
		},
	}
}

func TestTheOrderSaysHowTheKernelIsTold(t *testing.T) {
	for flavour, show := range shown {
		for kind, make := range made(New(), flavour) {
			t.Run(flavour+" "+kind, func(t *testing.T) {
				at := netnstest.New(t)
				at.Need(t, show)
				rules, err := make(effect.Place{Tag: tag, PID: at.PID, Namespace: at.Namespace})
				if err != nil {
					t.Fatal(err)
				}
				if err := rules.Begin(); err != nil {
					t.Skipf("this kernel cannot: %v", err)
				}
				for each, show := range shown {
					there, _ := at.Try(show)
					isOurs := strings.Contains(there, tag)
					if each == packets.NFTables {
						isOurs = strings.Contains(there, "table inet "+tag)
					}
					if isOurs != (each == flavour) {
						t.Errorf("%s shows %s", show, there)
					}
				}
				if err := rules.Close(); err != nil {
					t.Error(err)
				}
				if there := at.Run(t, "nft list ruleset"); there != "" {
					t.Errorf("left is %s", there)
				}
			})
		}
	}
}

func TestWhatIsNoOrderIsRefused(t *testing.T) {
	at := netnstest.New(t)
	for flavour, words := range map[string]string{"": `filter: "" is none of`, "ebtables": `filter: "ebtables" is none of`} {
		for kind, make := range made(New(), flavour) {
			rules, err := make(effect.Place{Tag: tag, PID: at.PID, Namespace: at.Namespace})
			if rules != nil || !refuse.Is(err) || !strings.Contains(err.Error(), words) {
				t.Errorf("%s of %q: %v", kind, flavour, err)
			}
		}
	}
}
