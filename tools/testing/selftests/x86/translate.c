// SPDX-License-Identifier: GPL-2.0-only
/* TRANSLATE walks the guest's own tables, in every paging mode, and changes nothing. */

#include "harness.h"

DECLARE_GUEST(count, MODE_LONG);

#define R	AXVCPU_ACCESS_READ
#define W	AXVCPU_ACCESS_WRITE
#define X	AXVCPU_ACCESS_EXEC

static struct machine m;

static int translate(uint64_t gva, uint32_t access, struct axvcpu_translate *tr)
{
	*tr = (struct axvcpu_translate) {
		.size = sizeof(*tr), .access = access, .gva = gva,
	};
	return xioctl(m.vcpu, AXVCPU_TRANSLATE, tr);
}

static void gives(uint64_t gva, uint64_t gpa, uint32_t allowed, const char *what)
{
	struct axvcpu_translate tr;

	tap_is(translate(gva, R, &tr), 0, "%s", what);
	tap_is(tr.gpa, gpa, "%s: the address", what);
	tap_is(tr.access, allowed, "%s: what is allowed", what);
}

static void fails(uint64_t gva, uint32_t access, const char *what)
{
	struct axvcpu_translate tr;

	tap_is(translate(gva, access, &tr), -EFAULT, "%s", what);
}

static void with_paging(enum guest_mode mode, const char *what)
{
	struct guest guest = { guest_count_start, guest_count_end, mode };

	tap_note("%s", what);
	machine_ready(&m, &guest);
	gives(0x1234, 0x1234, R | W | X, "a large page");
	gives(0x234567, 0x234567, R | W | X, "the next");
	gives(GUEST_ALIAS + 0x20123, 0x20123, R | W | X, "a small page");
	fails(0x7fff0000, R, "an address not mapped");
	machine_fini(&m);
}

static void rights(void)
{
	struct axvcpu_x86_control ctl;
	uint64_t *pt;

	machine_ready(&m, &guest_count);
	pt = (uint64_t *)(m.ram + GUEST_PT_ALIAS);
	pt[0x20] &= ~PTE_W;
	gives(GUEST_ALIAS + 0x20000, 0x20000, R | X, "a page that is read-only");
	fails(GUEST_ALIAS + 0x20000, W, "it, for a write");
	get_control(&m, &ctl);
	ctl.efer |= EFER_NXE;
	set_control(&m, &ctl);
	pt[0x21] |= 1ULL << 63;
	gives(GUEST_ALIAS + 0x21000, 0x21000, R | W, "a page that is not executable");
	fails(GUEST_ALIAS + 0x21000, X, "it, for execution");
	pt[0x22] = 0;
	fails(GUEST_ALIAS + 0x22000, R, "a page not present");
	fails(0x8000000000000000, R, "an address not canonical");
	tap_ok(!(pt[0x23] & 0x20), "no accessed bit");
	gives(GUEST_ALIAS + 0x23000, 0x23000, R | W | X, "a page");
	tap_ok(!(pt[0x23] & 0x60), "is looked at, not accessed");
	machine_fini(&m);
}

static void without_paging(void)
{
	struct guest guest = { guest_count_start, guest_count_end, MODE_PROT };

	machine_ready(&m, &guest);
	gives(0xfedc1234, 0xfedc1234, R | W | X, "no paging: as it is");
	machine_fini(&m);
}

void test(void)
{
	with_paging(MODE_LONG, "64 bits");
	with_paging(MODE_PAGED, "32 bits");
	rights();
	without_paging();
}
