// SPDX-License-Identifier: GPL-2.0-only
/* Wild values on x86: states to start from, members of the groups. */

#include "../wild.h"

#define SEGMENT		"8442222"
#define TABLE		"82222"

DECLARE_GUEST(wild64, MODE_LONG);
DECLARE_GUEST(wild32, MODE_PAGED);
DECLARE_GUEST(wild16, MODE_REAL);

/* XCR0, the MSRs of SYSCALL and the debug registers are switched only if they are in use. */
static void all_in_use(struct machine *m)
{
	struct axvcpu_x86_debug debug = {
		.dr = { 0x7000 }, .dr6 = 0xffff0ff0, .dr7 = 0x401,
	};
	struct axvcpu_x86_control ctl;

	get_control(m, &ctl);
	ctl.efer |= EFER_SCE | EFER_NXE;
	ctl.cr4 |= CR4_OSXSAVE;
	ctl.xcr0 = 3;
	/* Without XSAVE there is neither. */
	if (vcpu_set_group(m->vcpu, AXVCPU_X86_GROUP_CONTROL, &ctl, sizeof(ctl))) {
		ctl.cr4 &= ~CR4_OSXSAVE;
		ctl.xcr0 = 1;
		set_control(m, &ctl);
	}
	if (vcpu_set_group(m->vcpu, AXVCPU_X86_GROUP_DEBUG, &debug, sizeof(debug)))
		tap_bail("SET_STATE of the debug registers");
}

const uint8_t wild_fill = 0xf4;		/* HLT */

const struct wild_base wild_bases[] = {
	{ "64 bits, all in use", &guest_wild64, all_in_use },
	{ "32 bits with paging", &guest_wild32 },
	{ "real mode", &guest_wild16 },
	{ }
};

const struct wild_layout wild_layouts[] = {
	{ AXVCPU_GROUP_EVENTS, "8888448811114" },
	{ AXVCPU_X86_GROUP_SEGMENTS, SEGMENT SEGMENT SEGMENT SEGMENT SEGMENT SEGMENT SEGMENT
	  SEGMENT TABLE TABLE },
	{ AXVCPU_X86_GROUP_MSRS, "448" },
	{ AXVCPU_X86_GROUP_XSAVE, "4" },
	{ AXVCPU_X86_GROUP_CPUID, "4" },
	{ }
};

/* Bochs ends with an assertion when the hidden part of SS does not say writable data. */
bool wild_spared(uint32_t group, uint32_t offset)
{
	return cpu_is_bochs() && group == AXVCPU_X86_GROUP_SEGMENTS &&
	       offset == offsetof(struct axvcpu_x86_segments, ss.attr);
}
