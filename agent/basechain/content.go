package basechain

import (
	"errors"
	"slices"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

const (
	looks  = 5 // how often it is looked if somebody else is changing tables meanwhile
	accept = 1 // NF_ACCEPT
)

var (
	families   = []uint8{unix.NFPROTO_IPV4, unix.NFPROTO_IPV6} // those of iptables-nft and ip6tables-nft
	tableNames = []string{"filter", "nat", "mangle"}           // that iptables uses
)

type table struct {
	family uint8
	name   string
}

type chain struct {
	table
	name string
}

// content is what is in a namespace: the tables that iptables uses, and the base chains in them that let all through.
type content struct {
	tables []table
	chains []chain
}

// look has one moment's content: nobody changed anything between its beginning and its end.
func (t *tables) look() (content, error) {
	for range looks {
		before, err := t.generation()
		if err != nil {
			return content{}, err
		}
		found, err := t.list()
		if err != nil {
			return content{}, err
		}
		if after, err := t.generation(); err != nil || after == before {
			return found, err
		}
	}
	return content{}, errors.New("the tables of nf_tables do not stay the same for as long as it takes to read them")
}

func (t *tables) list() (content, error) {
	var found content
	for _, family := range families {
		err := t.ask(unix.NFT_MSG_GETTABLE, netlink.Dump, family, func(attributes *netlink.AttributeDecoder) error {
			one, err := tableOf(family, attributes)
			if slices.Contains(tableNames, one.name) {
				found.tables = append(found.tables, one)
			}
			return err
		})
		if err != nil {
			return content{}, err
		}
		err = t.ask(unix.NFT_MSG_GETCHAIN, netlink.Dump, family, func(attributes *netlink.AttributeDecoder) error {
			one, letsAllThrough, err := chainOf(family, attributes)
			if letsAllThrough && slices.Contains(tableNames, one.table.name) {
				found.chains = append(found.chains, one)
			}
			return err
		})
		if err != nil {
			return content{}, err
		}
	}
	return found, nil
}

func tableOf(family uint8, attributes *netlink.AttributeDecoder) (table, error) {
	found := table{family: family}
	for attributes.Next() {
		if attributes.Type() == unix.NFTA_TABLE_NAME {
			found.name = attributes.String()
		}
	}
	return found, attributes.Err()
}

// chainOf reads a chain, and tells whether it is a base chain whose policy is to accept.
func chainOf(family uint8, attributes *netlink.AttributeDecoder) (found chain, letsAllThrough bool, err error) {
	found.family = family
	hasHook, accepts := false, false
	for attributes.Next() {
		switch attributes.Type() {
		case unix.NFTA_CHAIN_TABLE:
			found.table.name = attributes.String()
		case unix.NFTA_CHAIN_NAME:
			found.name = attributes.String()
		case unix.NFTA_CHAIN_HOOK:
			hasHook = true
		case unix.NFTA_CHAIN_POLICY:
			accepts = attributes.Uint32() == accept
		}
	}
	return found, hasHook && accepts, attributes.Err()
}

// generation is a number that the kernel counts up with each change of tables in the namespace.
func (t *tables) generation() (number uint32, err error) {
	err = t.ask(unix.NFT_MSG_GETGEN, 0, unix.NFPROTO_UNSPEC, func(attributes *netlink.AttributeDecoder) error {
		for attributes.Next() {
			if attributes.Type() == unix.NFTA_GEN_ID {
				number = attributes.Uint32()
			}
		}
		return attributes.Err()
	})
	return number, err
}
