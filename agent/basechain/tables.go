package basechain

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"faultline/agent/netns"
)

const (
	answerTimeout = 2 * time.Second
	onlyEmpty     = netlink.HeaderFlags(unix.NLM_F_NONREC)
	nfgenSize     = 4 // struct nfgenmsg, in front of the attributes
)

// tables asks nf_tables in a namespace. The nftables library does not do: it removes a chain with its rules and a table with
// its chains, and here the kernel is to refuse that.
type tables struct{ conn *netlink.Conn }

// withTables calls use with the tables of a namespace.
func withTables(namespace *netns.Namespace, use func(*tables) error) error {
	return namespace.Do(func() error {
		conn, err := netlink.Dial(unix.NETLINK_NETFILTER, nil)
		if err != nil {
			return fmt.Errorf("cannot ask nf_tables: %w", err)
		}
		// Closing waits for 20 ms until the kernel has freed what was removed, and nobody else needs to.
		defer func() { go conn.Close() }()
		return use(&tables{conn})
	})
}

// ask sends a request, and calls visit with each message of the answer. There is none on a kernel without nf_tables.
func (t *tables) ask(kind uint16, flags netlink.HeaderFlags, family uint8, visit func(*netlink.AttributeDecoder) error) error {
	if err := t.conn.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return err
	}
	answer, err := t.conn.Execute(request(kind, flags, family, nil))
	if errors.Is(err, unix.EINVAL) { // so nfnetlink says that it has no such subsystem
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read the tables of nf_tables: %w", err)
	}
	for _, message := range answer {
		if len(message.Data) < nfgenSize {
			continue
		}
		attributes, err := netlink.NewAttributeDecoder(message.Data[nfgenSize:])
		if err != nil {
			return err
		}
		attributes.ByteOrder = binary.BigEndian
		if err := visit(attributes); err != nil {
			return fmt.Errorf("cannot read what nf_tables tells: %w", err)
		}
	}
	return nil
}

func (t *tables) deleteChain(one chain) error {
	return t.delete(unix.NFT_MSG_DELCHAIN, one.family, func(attributes *netlink.AttributeEncoder) {
		attributes.String(unix.NFTA_CHAIN_TABLE, one.table.name)
		attributes.String(unix.NFTA_CHAIN_NAME, one.name)
	})
}

func (t *tables) deleteTable(one table) error {
	return t.delete(unix.NFT_MSG_DELTABLE, one.family, func(attributes *netlink.AttributeEncoder) {
		attributes.String(unix.NFTA_TABLE_NAME, one.name)
	})
}

// delete deletes something in a transaction of its own: what is in use stays, and stops no other.
func (t *tables) delete(kind uint16, family uint8, name func(*netlink.AttributeEncoder)) error {
	attributes := netlink.NewAttributeEncoder()
	name(attributes)
	body, err := attributes.Encode()
	if err != nil {
		return err
	}
	if err := t.conn.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return err
	}
	_, err = t.conn.SendMessages([]netlink.Message{
		batch(unix.NFNL_MSG_BATCH_BEGIN), request(kind, netlink.Acknowledge|onlyEmpty, family, body), batch(unix.NFNL_MSG_BATCH_END),
	})
	if err != nil {
		return err
	}
	_, err = t.conn.Receive()
	var refused *netlink.OpError
	if errors.As(err, &refused) && !refused.Timeout() {
		return nil
	}
	return err
}

func request(kind uint16, flags netlink.HeaderFlags, family uint8, body []byte) netlink.Message {
	return netlink.Message{
		Header: netlink.Header{
			Type:  netlink.HeaderType(unix.NFNL_SUBSYS_NFTABLES<<8 | kind),
			Flags: netlink.Request | flags,
		},
		Data: append([]byte{family, unix.NFNETLINK_V0, 0, 0}, body...),
	}
}

// batch is the beginning or the end of a transaction.
func batch(kind netlink.HeaderType) netlink.Message {
	return netlink.Message{
		Header: netlink.Header{Type: kind, Flags: netlink.Request},
		Data:   []byte{unix.NFPROTO_UNSPEC, unix.NFNETLINK_V0, 0, unix.NFNL_SUBSYS_NFTABLES}, // the subsystem is big-endian
	}
}
