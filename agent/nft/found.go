package nft

import (
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"faultline/agent/netns"
	"faultline/agent/refuse"
)

const (
	prefix     = "FAULTLINE-" // of our tables' names
	ownerPause = 50 * time.Millisecond
)

// ownerPatience is for an agent on its way out.
var ownerPatience = 5 * time.Second

// Found is a table whose name begins as ours do.
type Found struct {
	Name  string
	Owned bool // by a socket that is open: it goes with that, and nobody else can remove it
}

// Find has such tables in a namespace, of all families, by their names. A kernel without nf_tables has none.
func Find(namespace *netns.Namespace) ([]Found, error) {
	var all []Found
	err := with(namespace, func(socket *socket) error {
		found, err := tables(socket)
		for _, each := range found {
			all = append(all, Found{each.name, each.owned})
		}
		return err
	})
	slices.SortFunc(all, func(a, b Found) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b Found) bool { return a.Name == b.Name }), err
}

// Remove removes the tables of that name. One that is not there is no error. One that belongs to a socket which is still open
// cannot be removed by anybody else: it waits a while for that to close, as that of an agent does whose caller has gone.
func Remove(namespace *netns.Namespace, name string) error {
	if !strings.HasPrefix(name, prefix) {
		return refuse.Because("%q is not the name of a table of ours", name)
	}
	return with(namespace, func(socket *socket) error {
		found, err := tables(socket)
		if err != nil {
			return err
		}
		for _, each := range found {
			if each.name != name {
				continue
			}
			err := removeOnceItIsFree(socket, table(name).remove(each.family))
			if errors.Is(err, unix.EPERM) {
				return refuse.Because("cannot remove the table %s from nf_tables: it belongs to an agent that is running", name)
			}
			if err != nil && !errors.Is(err, unix.ENOENT) {
				return refuse.Because("cannot remove the table %s from nf_tables: %s", name, reason(err))
			}
		}
		return nil
	})
}

func removeOnceItIsFree(socket *socket, removal request) error {
	for giveUp := time.Now().Add(ownerPatience); ; time.Sleep(ownerPause) {
		err := socket.transact([]request{removal})
		if !errors.Is(err, unix.EPERM) || time.Now().After(giveUp) {
			return err
		}
	}
}

// with opens a socket for this use alone. There is nothing to use it for on a kernel without netfilter's netlink.
func with(namespace *netns.Namespace, use func(*socket) error) error {
	socket, err := open(namespace)
	if errors.Is(err, errNoNetfilter) {
		return nil
	}
	if err != nil {
		return err
	}
	defer time.AfterFunc(closingAfter, socket.close)
	return use(socket)
}

const attributeOwner = 7 // NFTA_TABLE_OWNER of linux/netfilter/nf_tables.h

type foundTable struct {
	family uint8
	name   string
	owned  bool // by a socket that is open
}

func tables(socket *socket) ([]foundTable, error) {
	bodies, err := socket.dump(unix.NFT_MSG_GETTABLE, about(unix.NFPROTO_UNSPEC, 0, 0, "").body)
	if errors.Is(err, unix.EINVAL) { // so nfnetlink says that it has no such subsystem
		return nil, nil
	}
	if err != nil {
		return nil, refuse.Because("cannot read the tables of nf_tables: %s", reason(err))
	}
	var found []foundTable
	for _, each := range bodies {
		table := foundTable{family: each[0]}
		visit(each[min(nfgenSize, len(each)):], func(kind uint16, content []byte) {
			switch kind {
			case unix.NFTA_TABLE_NAME:
				table.name = textOf(content)
			case attributeOwner:
				table.owned = true
			}
		})
		if strings.HasPrefix(table.name, prefix) {
			found = append(found, table)
		}
	}
	return found, nil
}
