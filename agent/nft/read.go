package nft

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// counted is what a table has counted.
type counted struct {
	packets map[string]uint64 // by the counters' names
	isWhole bool              // whether all that was made is still there
}

// read has the counters, in one moment. A table that is gone has none.
func (r *rules) read() (counted, error) {
	bodies, err := r.socket.dump(unix.NFT_MSG_GETOBJ, about(family, 0, 0, "", named(unix.NFTA_OBJ_TABLE, string(r.table()))).body)
	if err != nil && !errors.Is(err, unix.ENOENT) {
		return counted{}, err
	}
	found := counted{packets: map[string]uint64{}, isWhole: true}
	uses := map[string]uint32{}
	for _, each := range bodies {
		if one := counterIn(each); one.table == r.place.Tag {
			found.packets[one.name], uses[one.name] = one.packets, one.uses
		}
	}
	for name, times := range r.uses {
		found.isWhole = found.isWhole && uses[name] == times
	}
	if r.begun && found.isWhole {
		found.isWhole, err = r.isInForce()
	}
	return found, err
}

// isInForce tells whether the lease has its element.
func (r *rules) isInForce() (bool, error) {
	bodies, err := r.socket.dump(unix.NFT_MSG_GETSETELEM, r.table().elements(lease))
	if errors.Is(err, unix.ENOENT) {
		return false, nil
	}
	has := false
	for _, each := range bodies {
		visitElements(each, func([]byte) { has = true })
	}
	return has, err
}

// elements is what a set's elements are asked for with.
func (t table) elements(set string) []byte {
	return about(family, 0, 0, "",
		named(unix.NFTA_SET_ELEM_LIST_TABLE, string(t)), named(unix.NFTA_SET_ELEM_LIST_SET, set)).body
}

func visitElements(body []byte, with func(element []byte)) {
	visit(body[min(nfgenSize, len(body)):], func(kind uint16, content []byte) {
		if kind == unix.NFTA_SET_ELEM_LIST_ELEMENTS {
			visit(content, func(_ uint16, element []byte) { with(element) })
		}
	})
}

// counter is one that the kernel tells of.
type counter struct {
	table, name string
	packets     uint64
	uses        uint32 // by how many rules it is used
}

func counterIn(body []byte) (found counter) {
	visit(body[min(nfgenSize, len(body)):], func(kind uint16, content []byte) {
		switch {
		case kind == unix.NFTA_OBJ_TABLE:
			found.table = textOf(content)
		case kind == unix.NFTA_OBJ_NAME:
			found.name = textOf(content)
		case kind == unix.NFTA_OBJ_USE && len(content) == 4:
			found.uses = binary.BigEndian.Uint32(content)
		case kind == unix.NFTA_OBJ_DATA:
			found.packets, _ = countedIn(content)
		}
	})
	return found
}

// countedIn reads the data of a counter.
func countedIn(data []byte) (packets, bytes uint64) {
	visit(data, func(kind uint16, content []byte) {
		if len(content) != 8 {
			return
		}
		switch kind {
		case unix.NFTA_COUNTER_PACKETS:
			packets = binary.BigEndian.Uint64(content)
		case unix.NFTA_COUNTER_BYTES:
			bytes = binary.BigEndian.Uint64(content)
		}
	})
	return packets, bytes
}
