// SPDX-License-Identifier: GPL-2.0-only
/*
 * FAIL_ENTRY: a guest state that the hardware refuses. The rule is named, nothing
 * is lost, and once repaired it runs. What SET_STATE turns down is as good.
 */

#include "harness.h"

DECLARE_GUEST(count, MODE_LONG);

static struct machine m;

/* The groups that a row spoils. */
struct state {
	struct axvcpu_x86_control ctl;
	struct axvcpu_x86_segments segs;
	struct axvcpu_x86_debug debug;
	struct axvcpu_x86_regs regs;
};

/* One member: bits to clear, then bits to set. */
struct change {
	size_t offset, size;
	uint64_t set, clear;
};

#define SET(member, set, clear) \
	{ offsetof(struct state, member), sizeof(((struct state *)0)->member), set, clear }

/* Where a row holds. QEMU's and Bochs' SVM check less than the manual says. */
#define VMX	1
#define SVM	2
#define QEMU	4
#define BOCHS	8
#define ALL	(VMX | SVM | QEMU | BOCHS)

#define ATTR_TYPE	AXVCPU_X86_SEG_TYPE
#define ATTR_S		AXVCPU_X86_SEG_S
#define ATTR_DPL	AXVCPU_X86_SEG_DPL
#define ATTR_P		AXVCPU_X86_SEG_P
#define ATTR_L		AXVCPU_X86_SEG_L
#define ATTR_DB		AXVCPU_X86_SEG_DB
#define ATTR_G		AXVCPU_X86_SEG_G
#define NONCANONICAL	(1ULL << 47)

static const struct row {
	const char *name;
	const char *word;	/* in the rule */
	unsigned int where;
	struct change change[3];
} rows[] = {
	{ "CR0.NW without CD", "CR0", SVM | QEMU | BOCHS,
	  { SET(ctl.cr0, CR0_NW, CR0_CD) } },
	{ "CR0 above bit 31", "CR0", ALL, { SET(ctl.cr0, 1ULL << 40, 0) } },
	{ "long mode without PAE", "PAE", ALL, { SET(ctl.cr4, 0, CR4_PAE) } },
	{ "long mode without PE", "PE", VMX | SVM | QEMU, { SET(ctl.cr0, 0, CR0_PE) } },
	{ "paging without PE", "PE", VMX | SVM,
	  { SET(ctl.cr0, 0, CR0_PE), SET(ctl.efer, 0, EFER_LME | EFER_LMA) } },
	{ "CR3 past the last address", "CR3", VMX | SVM, { SET(ctl.cr3, 1ULL << 51, 0) } },
	{ "CR4 with a reserved bit", "CR4", ALL, { SET(ctl.cr4, 1ULL << 40, 0) } },
	{ "CR4.VMXE", "CR4", ALL, { SET(ctl.cr4, 1ULL << 13, 0) } },
	{ "EFER with a reserved bit", "EFER", ALL, { SET(ctl.efer, 1ULL << 40, 0) } },
	{ "EFER.SVME", "EFER", ALL, { SET(ctl.efer, 1ULL << 12, 0) } },
	{ "DR6 above bit 31, in use", "DR6", ALL,
	  { SET(debug.dr6, 1ULL << 32, 0), SET(debug.dr7, 1, 0) } },
	{ "DR7 above bit 31", "DR7", ALL, { SET(debug.dr7, 1ULL << 63, 0) } },
	{ "CS.L with CS.D", "CS", ALL, { SET(segs.cs.attr, ATTR_DB, 0) } },
	{ "FS with a base that is not canonical", "FS", ALL,
	  { SET(segs.fs.base, NONCANONICAL, 0) } },
	{ "GS with a base that is not canonical", "GS", ALL,
	  { SET(segs.gs.base, NONCANONICAL, 0) } },
	{ "TR with a base that is not canonical", "TR", ALL,
	  { SET(segs.tr.base, NONCANONICAL, 0) } },
	{ "LDTR with a base that is not canonical", "LDTR", ALL,
	  { SET(segs.ldtr.base, NONCANONICAL, 0) } },
	{ "GDTR with a base that is not canonical", "GDTR", ALL,
	  { SET(segs.gdtr.base, NONCANONICAL, 0) } },
	{ "IDTR with a base that is not canonical", "IDTR", ALL,
	  { SET(segs.idtr.base, NONCANONICAL, 0) } },
	{ "RFLAGS.VM in long mode", "RFLAGS.VM", VMX, { SET(regs.rflags, 1 << 17, 0) } },
	{ "RIP above bit 31 in 32-bit code", "RIP", VMX,
	  { SET(regs.rip, 1ULL << 32, 0), SET(segs.cs.attr, ATTR_DB, ATTR_L) } },
	{ "CS not present", "CS", VMX, { SET(segs.cs.attr, 0, ATTR_P) } },
	{ "CS that is data", "CS", VMX, { SET(segs.cs.attr, 1, ATTR_TYPE) } },
	{ "CS with another DPL than SS", "DPL", VMX, { SET(segs.cs.attr, ATTR_DPL, 0) } },
	{ "CS with a base above bit 31", "CS", VMX, { SET(segs.cs.base, 1ULL << 32, 0) } },
	{ "SS that is read-only", "SS", VMX, { SET(segs.ss.attr, 1, ATTR_TYPE) } },
	{ "SS with a base above bit 31", "SS", VMX, { SET(segs.ss.base, 1ULL << 32, 0) } },
	{ "DS not accessed", "accessed", VMX, { SET(segs.ds.attr, 2, ATTR_TYPE) } },
	{ "ES that cannot be read", "read", VMX, { SET(segs.es.attr, 9, ATTR_TYPE) } },
	{ "FS that is a system segment", "S is clear", VMX, { SET(segs.fs.attr, 0, ATTR_S) } },
	{ "DS with a limit that does not fit G", "granularity", VMX,
	  { SET(segs.ds.limit, 0, 0xfff), SET(segs.ds.attr, ATTR_G, 0) } },
	{ "TR not busy", "TR", VMX, { SET(segs.tr.attr, 9, ATTR_TYPE) } },
	{ "TR not present", "TR", VMX, { SET(segs.tr.attr, 0, ATTR_P) } },
	{ "TR in the LDT", "TR", VMX, { SET(segs.tr.selector, 4, 0) } },
	{ "TR with a limit that does not fit G", "TR", VMX,
	  { SET(segs.tr.limit, 0x100000, 0), SET(segs.tr.attr, 0, ATTR_G) } },
	{ "LDTR that is no LDT", "LDTR", VMX, { SET(segs.ldtr.attr, 3 | ATTR_P, 0x1001f) } },
};

static int put(uint32_t group, const void *data, uint32_t size)
{
	return vcpu_set_group(m.vcpu, group, data, size);
}

/* Control, segments, debug registers, until one is turned down; the run page. */
static int put_state(const struct state *s)
{
	int ret;

	ret = put(AXVCPU_X86_GROUP_CONTROL, &s->ctl, sizeof(s->ctl));
	if (!ret)
		ret = put(AXVCPU_X86_GROUP_SEGMENTS, &s->segs, sizeof(s->segs));
	if (!ret)
		ret = put(AXVCPU_X86_GROUP_DEBUG, &s->debug, sizeof(s->debug));
	*m.regs = s->regs;
	return ret;
}

static void get_state(struct state *s)
{
	get_control(&m, &s->ctl);
	get_segments(&m, &s->segs);
	if (vcpu_get_group(m.vcpu, AXVCPU_X86_GROUP_DEBUG, &s->debug, sizeof(s->debug)))
		tap_bail("GET_STATE of the debug registers");
	s->regs = *m.regs;
}

static void spoil(struct state *s, const struct row *row)
{
	const struct change *change;
	uint64_t value;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row->change) && row->change[i].size; i++) {
		change = &row->change[i];
		value = 0;
		memcpy(&value, (char *)s + change->offset, change->size);
		value = (value & ~change->clear) | change->set;
		memcpy((char *)s + change->offset, &value, change->size);
	}
}

static void refused(const struct row *row)
{
	const struct axvcpu_exit_fail_entry *f = &m.run->out.fail_entry;
	struct state good, bad;
	uint64_t before;
	int ret;

	get_state(&good);
	bad = good;
	spoil(&bad, row);
	ret = put_state(&bad);
	if (ret == -EINVAL) {
		tap_ok(true, "%s: SET_STATE turns it down", row->name);
	} else if (tap_is(ret, 0, "%s: SET_STATE", row->name) &&
		   machine_exits(&m, AXVCPU_EXIT_FAIL_ENTRY, row->name)) {
		tap_ok(memchr(f->rule, 0, sizeof(f->rule)) && strstr(f->rule, row->word),
		       "%s: the rule names %s: \"%.*s\"", row->name, row->word,
		       AXVCPU_RULE_MAX, f->rule);
		tap_is(vcpu_state(m.vcpu), AXVCPU_STATE_READY, "%s: READY", row->name);
		tap_ok(!memcmp(m.regs, &bad.regs, sizeof(bad.regs)),
		       "%s: the registers are as they were", row->name);
		machine_exits(&m, AXVCPU_EXIT_FAIL_ENTRY, "not repaired, once more");
	}
	if (put_state(&good))
		tap_bail("%s: cannot be repaired", row->name);
	before = good.regs.RAX;
	tap_is(machine_report(&m), before + 1, "%s: repaired, it goes on", row->name);
}

/* Which rows hold here. */
static unsigned int here(void)
{
	struct axvcpu_info info;

	dev_info(&info);
	if (info.backend == AXVCPU_BACKEND_VMX)
		return VMX;
	if (cpu_is_qemu())
		return QEMU;
	return cpu_is_bochs() ? BOCHS : SVM;
}

void test(void)
{
	unsigned int where = here(), tried = 0;
	unsigned int i;

	machine_ready(&m, &guest_count);
	machine_report(&m);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!(rows[i].where & where))
			continue;
		refused(&rows[i]);
		tried++;
	}
	tap_ok(tried >= 15, "%u rules", tried);
	machine_fini(&m);
}
