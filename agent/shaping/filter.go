package shaping

import (
	"encoding/binary"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// selector is struct tc_u32_sel of linux/pkt_cls.h. The kernel looks at one comparison at least, be it of no bit.
func (m match) selector() []byte {
	const (
		terminal = 1 // TC_U32_TERMINAL: no further table is asked
		rest     = 13
	)
	if len(m) == 0 {
		m = match{{}}
	}
	text := append([]byte{terminal, 0, byte(len(m))}, make([]byte, rest)...)
	for _, one := range m {
		text = binary.BigEndian.AppendUint32(text, one.mask)
		text = binary.BigEndian.AppendUint32(text, one.value)
		text = append(text, words(uint32(one.at), 0)...)
	}
	return text
}

// leadingTo are the options of a filter that leads packets to a class of our root; 0 lets them pass.
func (m match) leadingTo(class uint32) *nl.RtAttr {
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	options.AddRtAttr(nl.TCA_U32_CLASSID, words(ours|class))
	options.AddRtAttr(nl.TCA_U32_SEL, m.selector())
	return options
}

// redirectedTo are those of one that leads packets to where they leave by another interface, with the action mirred.
func (m match) redirectedTo(index int) *nl.RtAttr {
	const (
		stolen   = 4 // TC_ACT_STOLEN
		redirect = 1 // TCA_EGRESS_REDIR
	)
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	first := options.AddRtAttr(nl.TCA_U32_ACT, nil).AddRtAttr(1, nil) // of several actions, by their order
	first.AddRtAttr(nl.TCA_ACT_KIND, nl.ZeroTerminated("mirred"))
	first.AddRtAttr(nl.TCA_ACT_OPTIONS|unix.NLA_F_NESTED, nil).
		AddRtAttr(nl.TCA_MIRRED_PARMS, words(0, 0, stolen, 0, 0, redirect, uint32(index))) // struct tc_mirred
	options.AddRtAttr(nl.TCA_U32_SEL, m.selector())
	return options
}
