// SPDX-License-Identifier: GPL-2.0-only
/* SET_STATE checks every record before it changes anything. */

#include "harness.h"

DECLARE_GUEST(count, MODE_LONG);

#define ROOM	65536

static struct machine m;
static char *good, *now;
static uint32_t len;

static struct axvcpu_state_record *record(char *buf, uint32_t id)
{
	uint32_t at = 0;

	while (at < len) {
		struct axvcpu_state_record *rec = (void *)(buf + at);

		if (rec->id == id)
			return rec;
		at += sizeof(*rec) + ((rec->size + 7) & ~7U);
	}
	tap_bail("group %u is not there", id);
}

/* SET_STATE of @buf fails, and GET_STATE says what it said before. */
static void refused(const char *buf, uint32_t bytes, int want, const char *what)
{
	uint32_t got = ROOM;

	tap_is(vcpu_set_state(m.vcpu, buf, bytes), want, "%s", what);
	memset(now, 0, ROOM);
	if (vcpu_get_state(m.vcpu, AXVCPU_GROUP_ALL, now, &got))
		tap_bail("GET_STATE");
	tap_ok(got == len && !memcmp(good, now, len), "%s: nothing changed", what);
}

/* A copy of the good state whose registers differ, so that a change would show. */
static char *variant(void)
{
	char *buf = malloc(ROOM);
	struct axvcpu_x86_regs *regs;

	memcpy(buf, good, ROOM);
	regs = (void *)(record(buf, AXVCPU_GROUP_REGS) + 1);
	regs->RBX ^= 0x5555;
	return buf;
}

static void bad_records(void)
{
	char *buf = variant();
	struct axvcpu_state_record *rec = record(buf, AXVCPU_X86_GROUP_DEBUG);

	rec->id = 0x7777;
	refused(buf, len, -EINVAL, "an unknown record");
	rec->id = AXVCPU_GROUP_ALL;
	refused(buf, len, -EINVAL, "a record of group 0");
	rec->id = AXVCPU_X86_GROUP_DEBUG;
	rec->size -= 8;
	refused(buf, len, -EINVAL, "a record too short");
	rec->size += 16;
	refused(buf, len, -EINVAL, "a record too long");
	rec->size = ~0U;
	refused(buf, len, -EINVAL, "a record as long as can be");
	rec->size = sizeof(struct axvcpu_x86_debug);
	refused(buf, len - 8, -EINVAL, "the last record cut off");
	refused(buf, 4, -EINVAL, "half a header");
	refused(buf, 1U << 30, -E2BIG, "a length beyond reason");
	refused((void *)16, len, -EFAULT, "a bad address");
	free(buf);
}

static const struct {
	uint32_t group;
	size_t offset, size;
	uint64_t value;
	const char *what;
} values[] = {
	{ AXVCPU_GROUP_EVENTS, offsetof(struct axvcpu_state_events, activity), 4,
	  AXVCPU_ACTIVITY_NR, "an activity there is not" },
	{ AXVCPU_GROUP_EVENTS, offsetof(struct axvcpu_state_events, nmi_pending), 1, 2,
	  "a flag that is 2" },
	{ AXVCPU_GROUP_EVENTS, offsetof(struct axvcpu_state_events, irq_pending), 8, 1,
	  "vector 0 pending" },
	{ AXVCPU_X86_GROUP_SEGMENTS, offsetof(struct axvcpu_x86_segments, ds.reserved), 2, 1,
	  "a segment's reserved member" },
	{ AXVCPU_X86_GROUP_SEGMENTS, offsetof(struct axvcpu_x86_segments, gdtr.reserved), 2, 1,
	  "a table's reserved member" },
	{ AXVCPU_X86_GROUP_SEGMENTS, offsetof(struct axvcpu_x86_segments, es.attr), 4,
	  0x80000000, "an attribute there is not" },
	{ AXVCPU_X86_GROUP_CONTROL, offsetof(struct axvcpu_x86_control, xcr0), 8, 2,
	  "XCR0 without x87" },
	{ AXVCPU_X86_GROUP_CONTROL, offsetof(struct axvcpu_x86_control, cr8), 8, 16,
	  "CR8 above 15" },
	{ AXVCPU_X86_GROUP_DEBUG, offsetof(struct axvcpu_x86_debug, dr6) + 4, 4, 1,
	  "DR6 above bit 31" },
	{ AXVCPU_X86_GROUP_DEBUG, offsetof(struct axvcpu_x86_debug, dr7) + 4, 4, 1,
	  "DR7 above bit 31" },
	{ AXVCPU_X86_GROUP_MSRS, offsetof(struct axvcpu_x86_msr, index), 4, 0x12345678,
	  "an MSR nobody keeps" },
	{ AXVCPU_X86_GROUP_MSRS, offsetof(struct axvcpu_x86_msr, reserved), 4, 1,
	  "an MSR's reserved member" },
	{ AXVCPU_X86_GROUP_CPUID, offsetof(struct axvcpu_x86_cpuid, reserved), 4, 1,
	  "a CPUID entry's reserved member" },
};

static void bad_values(void)
{
	unsigned int i;
	char *buf;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		buf = variant();
		memcpy((char *)(record(buf, values[i].group) + 1) + values[i].offset,
		       &values[i].value, values[i].size);
		refused(buf, len, -EINVAL, values[i].what);
		free(buf);
	}
}

static void bad_xsave(void)
{
	char *buf = variant();
	uint8_t *image = (void *)(record(buf, AXVCPU_X86_GROUP_XSAVE) + 1);

	if (record(buf, AXVCPU_X86_GROUP_XSAVE)->size > 512) {
		*(uint64_t *)(image + 512) |= 1ULL << 62;
		refused(buf, len, -EINVAL, "XSTATE_BV with a component there is not");
		*(uint64_t *)(image + 512) &= ~(1ULL << 62);
		*(uint64_t *)(image + 520) = 1ULL << 63;
		refused(buf, len, -EINVAL, "XCOMP_BV not zero");
		*(uint64_t *)(image + 520) = 0;
		*(uint64_t *)(image + 528) = 1;
		refused(buf, len, -EINVAL, "a reserved byte of the header");
		*(uint64_t *)(image + 528) = 0;
	}
	*(uint32_t *)(image + 24) = 0xffff0000;
	refused(buf, len, -EINVAL, "MXCSR with reserved bits");
	free(buf);
}

void test(void)
{
	good = calloc(1, ROOM);
	now = calloc(1, ROOM);
	machine_ready(&m, &guest_count);
	len = ROOM;
	if (vcpu_get_state(m.vcpu, AXVCPU_GROUP_ALL, good, &len))
		tap_bail("GET_STATE");
	tap_is(vcpu_set_state(m.vcpu, good, len), 0, "the state as it is");
	refused(good, 0, -EINVAL, "no record at all");
	bad_records();
	bad_values();
	bad_xsave();
	tap_is(machine_report(&m), 0, "the guest runs after all that");
	machine_fini(&m);
	free(good);
	free(now);
}
