// SPDX-License-Identifier: GPL-2.0-only
/* The whole state of a vCPU, out of one process and into another. */

#include <sys/wait.h>

#include "../harness.h"

DECLARE_GUEST(fpu, MODE_NATIVE);
DECLARE_GUEST(count, MODE_NATIVE);

#define ROOM	16384

struct image {
	uint64_t state[ROOM / sizeof(uint64_t)];	/* records, aligned as they are */
	uint32_t len;
	uint8_t ram[GUEST_RAM_SIZE];
};

/* In the child: a guest that has done something, with every kind of state. */
static void save(struct image *image)
{
	struct axvcpu_arm64_gic gic;
	struct machine m;

	machine_ready(&m, &guest_fpu);
	arch_set_arg(&m, 0, 0x5500);
	arch_set_arg(&m, 1, 2);
	arch_set_arg(&m, 2, 10);
	machine_report(&m);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 77);
	vcpu_get_group(m.vcpu, AXVCPU_ARM64_GROUP_GIC, &gic, sizeof(gic));
	gic.active[1] = 99;
	vcpu_set_group(m.vcpu, AXVCPU_ARM64_GROUP_GIC, &gic, sizeof(gic));
	set_sysreg(&m, AXVCPU_ARM64_GROUP_SYSREGS, AXVCPU_ARM64_SYSREG(3, 3, 14, 3, 2),
		   ~0ULL / 3);
	image->len = ROOM;
	if (vcpu_get_state(m.vcpu, AXVCPU_GROUP_ALL, image->state, &image->len))
		_exit(1);
	memcpy(image->ram, m.ram, GUEST_RAM_SIZE);
	machine_fini(&m);
	_exit(0);
}

static void restore(const struct image *image)
{
	static _Alignas(8) uint8_t again[ROOM];
	uint32_t len = ROOM;
	struct machine m;
	uint64_t x2;

	machine_ready(&m, &guest_count);
	memcpy(m.ram, image->ram, GUEST_RAM_SIZE);
	tap_is(vcpu_set_state(m.vcpu, image->state, image->len), 0, "SET_STATE");
	tap_is(vcpu_get_state(m.vcpu, AXVCPU_GROUP_ALL, again, &len), 0, "GET_STATE");
	tap_is(len, image->len, "as much");
	tap_ok(!memcmp(again, image->state, len), "and the same, bit for bit");
	x2 = arch_arg(&m, 1);
	tap_is(x2, 2, "general registers");
	tap_is(machine_report(&m), 0, "the guest goes on with its vector registers");
	machine_fini(&m);
}

static void bad(void)
{
	struct axvcpu_arm64_sysreg reg = { .id = SYS_SCTLR, .reserved = 1 };
	struct axvcpu_state_events events;
	struct axvcpu_arm64_gic gic;
	struct machine m;

	machine_ready(&m, &guest_count);
	tap_is(vcpu_set_group(m.vcpu, AXVCPU_ARM64_GROUP_SYSREGS, &reg, sizeof(reg)), -EINVAL,
	       "reserved is zero");
	reg = (struct axvcpu_arm64_sysreg){ .id = 1 };
	tap_is(vcpu_set_group(m.vcpu, AXVCPU_ARM64_GROUP_SYSREGS, &reg, sizeof(reg)), -EINVAL,
	       "no such register");
	vcpu_get_group(m.vcpu, AXVCPU_ARM64_GROUP_GIC, &gic, sizeof(gic));
	gic.active[0] = 256;
	tap_is(vcpu_set_group(m.vcpu, AXVCPU_ARM64_GROUP_GIC, &gic, sizeof(gic)), -EINVAL,
	       "no such INTID");
	gic.active[0] = 40;
	gic.active[1] = 40;
	tap_is(vcpu_set_group(m.vcpu, AXVCPU_ARM64_GROUP_GIC, &gic, sizeof(gic)), -EINVAL,
	       "an INTID twice");
	vcpu_get_group(m.vcpu, AXVCPU_GROUP_EVENTS, &events, sizeof(events));
	events.nmi_pending = 1;
	tap_is(vcpu_set_group(m.vcpu, AXVCPU_GROUP_EVENTS, &events, sizeof(events)), -EINVAL,
	       "an NMI");
	tap_is(machine_report(&m), 0, "nothing changed");
	machine_fini(&m);
}

void test(void)
{
	struct image *image = mmap(NULL, sizeof(*image), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	if (image == MAP_FAILED)
		tap_bail("no memory");
	pid = fork();
	if (!pid)
		save(image);
	waitpid(pid, &status, 0);
	if (!tap_is(status, 0, "another process saved a vCPU"))
		return;
	restore(image);
	bad();
}
