// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every command with every kind of bad argument: the errno that was promised, and
 * nothing changed.
 */

#include <sys/ioctl.h>

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

#define ROOM	65536

static struct machine m;
static uint8_t *memory;

enum { DEV, VM, VCPU };

/* Commands with a structure. */
static const struct command {
	const char *name;
	int on;
	unsigned long cmd;
} commands[] = {
	{ "GET_INFO", DEV, AXVCPU_GET_INFO },
	{ "GET_CAPS", DEV, AXVCPU_GET_CAPS },
	{ "CREATE_VM", DEV, AXVCPU_CREATE_VM },
	{ "VM_MAP", VM, AXVCPU_VM_MAP },
	{ "VM_UNMAP", VM, AXVCPU_VM_UNMAP },
	{ "VM_PROTECT", VM, AXVCPU_VM_PROTECT },
	{ "VM_GET_DIRTY", VM, AXVCPU_VM_GET_DIRTY },
	{ "VM_CREATE_VCPU", VM, AXVCPU_VM_CREATE_VCPU },
	{ "VM_GET_TIME", VM, AXVCPU_VM_GET_TIME },
	{ "VM_SET_TIME", VM, AXVCPU_VM_SET_TIME },
	{ "SETUP", VCPU, AXVCPU_SETUP },
	{ "VCPU_INFO", VCPU, AXVCPU_VCPU_INFO },
	{ "GET_STATE", VCPU, AXVCPU_GET_STATE },
	{ "SET_STATE", VCPU, AXVCPU_SET_STATE },
	{ "INJECT", VCPU, AXVCPU_INJECT },
	{ "REFUSE", VCPU, AXVCPU_REFUSE },
	{ "SET_DEBUG", VCPU, AXVCPU_SET_DEBUG },
	{ "TRANSLATE", VCPU, AXVCPU_TRANSLATE },
	{ "GET_STATS", VCPU, AXVCPU_GET_STATS },
	{ "GET_FAILURE", VCPU, AXVCPU_GET_FAILURE },
#ifdef __x86_64__
	{ "X86_GET_SUPPORTED_CPUID", DEV, AXVCPU_X86_GET_SUPPORTED_CPUID },
	{ "X86_SET_CPUID", VCPU, AXVCPU_X86_SET_CPUID },
#endif
};

static const struct command bare[] = {
	{ "RUN", VCPU, AXVCPU_RUN },
	{ "BIND", VCPU, AXVCPU_BIND },
	{ "UNBIND", VCPU, AXVCPU_UNBIND },
	{ "KICK", VCPU, AXVCPU_KICK },
	{ "RESET", VCPU, AXVCPU_RESET },
};

static int fd_of(int on)
{
	return on == DEV ? m.dev : on == VM ? m.vm : m.vcpu;
}

/* Everything there is to know about the vCPU, but what counts its runs. */
static void *snapshot(uint32_t *len)
{
	struct axvcpu_vcpu_info info;
	char *buf = calloc(1, ROOM);

	*len = ROOM - sizeof(info);
	if (vcpu_info(m.vcpu, &info) ||
	    vcpu_get_state(m.vcpu, AXVCPU_GROUP_ALL, buf + sizeof(info), len))
		tap_bail("GET_STATE");
	memcpy(buf, &info, sizeof(info));
	*len += sizeof(info);
	return buf;
}

static void *before;
static uint32_t before_len;

static void gives(int ret, int want, const char *name, const char *what)
{
	uint32_t len;
	void *after;

	tap_is(ret, want, "%s: %s", name, what);
	after = snapshot(&len);
	if (len != before_len || memcmp(before, after, len))
		tap_ok(false, "%s: %s: something changed", name, what);
	free(after);
}

static void sizes(const struct command *c)
{
	uint32_t size = _IOC_SIZE(c->cmd);
	int fd = fd_of(c->on);
	uint8_t *page = host_pages(2 * PAGE_SIZE);
	uint32_t *arg = (uint32_t *)(page + PAGE_SIZE - 4);

	gives(xioctl(fd, c->cmd, NULL), -EFAULT, c->name, "no argument");
	gives(xioctl(fd, c->cmd, (void *)~0xfffUL), -EFAULT, c->name, "the kernel's address");
	*(uint32_t *)page = 0;
	gives(xioctl(fd, c->cmd, page), -EINVAL, c->name, "size 0");
	*(uint32_t *)page = 3;
	gives(xioctl(fd, c->cmd, page), -EINVAL, c->name, "a size without room for itself");
	*(uint32_t *)page = PAGE_SIZE + 8;
	gives(xioctl(fd, c->cmd, page), -E2BIG, c->name, "larger than a page");
	*(uint32_t *)page = size + 8;
	page[size + 3] = 1;
	gives(xioctl(fd, c->cmd, page), -E2BIG, c->name, "a tail that is not zero");
	munmap(page + PAGE_SIZE, PAGE_SIZE);
	*arg = size;
	gives(xioctl(fd, c->cmd, arg), -EFAULT, c->name, "half of it not mapped");
	munmap(page, PAGE_SIZE);
}

/* Those that only read may be called with any size. */
static void longer_and_shorter(void)
{
	struct { struct axvcpu_info info; uint64_t tail[4]; } big = { 0 };
	struct axvcpu_vcpu_info info = { .size = 8 };

	big.info.size = sizeof(big);
	gives(xioctl(m.dev, AXVCPU_GET_INFO, &big), 0, "GET_INFO", "a tail of zeroes");
	tap_is(big.info.api_version, AXVCPU_API_VERSION, "GET_INFO: filled in");
	tap_is(big.tail[0] | big.tail[3], 0, "GET_INFO: the tail is zero");
	tap_is(big.info.size, sizeof(big), "GET_INFO: the size is ours");
	info.vm_id = 0x5a5a;
	gives(xioctl(m.vcpu, AXVCPU_VCPU_INFO, &info), 0, "VCPU_INFO", "a short one");
	tap_is(info.state, AXVCPU_STATE_READY, "VCPU_INFO: what fits is filled in");
	tap_is(info.vm_id, 0x5a5a, "VCPU_INFO: the rest is not touched");
}

static bool known(unsigned int nr, int on)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (_IOC_NR(commands[i].cmd) == nr && commands[i].on == on)
			return true;
	for (i = 0; i < ARRAY_SIZE(bare); i++)
		if (_IOC_NR(bare[i].cmd) == nr && bare[i].on == on)
			return true;
	return false;
}

static void unknown_commands(void)
{
	static const char * const names[] = { "the device", "a VM", "a vCPU" };
	unsigned int nr, wrong;
	int on;

	for (on = DEV; on <= VCPU; on++) {
		wrong = 0;
		for (nr = 0; nr < 256; nr++) {
			uint64_t arg[64] = { 8 };

			if (known(nr, on))
				continue;
			if (xioctl(fd_of(on), _IO(AXVCPU_IOC_TYPE, nr), arg) != -ENOTTY)
				wrong++;
		}
		tap_is(wrong, 0, "unknown numbers on %s: -ENOTTY", names[on]);
		tap_is(xioctl(fd_of(on), _IO(0xae, 0x40), NULL), -ENOTTY,
		       "another type on %s: -ENOTTY", names[on]);
	}
}

static void bare_with_argument(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bare); i++)
		gives(xioctl(m.vcpu, bare[i].cmd, memory), -EINVAL, bare[i].name,
		      "an argument it does not have");
}

static void maps(void)
{
	static const uint64_t top = 1ULL << 63;
	const uint64_t gpa = 0x40000000, p = PAGE_SIZE;

	gives(vm_map(m.vm, gpa, p, memory, 0), -EINVAL, "VM_MAP", "no access");
	gives(vm_map(m.vm, gpa, p, memory, AXVCPU_ACCESS_WRITE), -EINVAL, "VM_MAP",
	      "no READ");
	gives(vm_map(m.vm, gpa, p, memory, MEM_RW | 8), -EINVAL, "VM_MAP", "an unknown flag");
	gives(vm_map(m.vm, gpa + 1, p, memory, MEM_RW), -EINVAL, "VM_MAP", "GPA misaligned");
	gives(vm_map(m.vm, gpa, p + 1, memory, MEM_RW), -EINVAL, "VM_MAP",
	      "length misaligned");
	gives(vm_map(m.vm, gpa, p, memory + 1, MEM_RW), -EINVAL, "VM_MAP",
	      "address misaligned");
	gives(vm_map(m.vm, gpa, 0, memory, MEM_RW), -EINVAL, "VM_MAP", "no length");
	gives(vm_map(m.vm, -p, 2 * p, memory, MEM_RW), -EINVAL, "VM_MAP", "GPA wraps");
	gives(vm_map(m.vm, top, p, memory, MEM_RW), -EINVAL, "VM_MAP", "GPA too large");
	gives(vm_map(m.vm, gpa, 2 * p, (void *)-p, MEM_RW), -EINVAL, "VM_MAP",
	      "address wraps");
	gives(vm_map(m.vm, gpa, p, (void *)0xffffffff80000000, MEM_RW), -EINVAL, "VM_MAP",
	      "the kernel's address");
	gives(vm_map(m.vm, gpa, -p, memory, MEM_RW), -EINVAL, "VM_MAP", "as long as can be");
	gives(vm_map(m.vm, 0, p, memory, MEM_RW), -EINVAL, "VM_MAP", "over a region");
	gives(vm_map(m.vm, GUEST_RAM_SIZE - p, 2 * p, memory, MEM_RW), -EINVAL, "VM_MAP",
	      "over the end of one");
	gives(vm_unmap(m.vm, gpa, p), -EINVAL, "VM_UNMAP", "no region");
	gives(vm_unmap(m.vm, 0, p), -EINVAL, "VM_UNMAP", "half a region");
	gives(vm_protect(m.vm, 0, p, MEM_RW), -EINVAL, "VM_PROTECT", "half a region");
	gives(vm_protect(m.vm, 0, GUEST_RAM_SIZE, 0), -EINVAL, "VM_PROTECT", "no READ");
	gives(vm_protect(m.vm, 0, GUEST_RAM_SIZE, MEM_RW | 0x100), -EINVAL, "VM_PROTECT",
	      "an unknown flag");
}

static void map_members(void)
{
	struct axvcpu_map arg = { .size = sizeof(arg), .len = GUEST_RAM_SIZE };

	arg.flags = MEM_RW;
	gives(xioctl(m.vm, AXVCPU_VM_UNMAP, &arg), -EINVAL, "VM_UNMAP", "flags");
	arg.flags = 0;
	arg.hva = PAGE_SIZE;
	gives(xioctl(m.vm, AXVCPU_VM_UNMAP, &arg), -EINVAL, "VM_UNMAP", "an address");
	arg.flags = MEM_RWX;
	gives(xioctl(m.vm, AXVCPU_VM_PROTECT, &arg), -EINVAL, "VM_PROTECT", "an address");
}

static void creation(void)
{
	struct axvcpu_vm_create vm = { .size = sizeof(vm), .flags = 1 };
	struct axvcpu_vcpu_create vcpu = {
		.size = sizeof(vcpu), .flags = 1, .id = 1, .favor_phys_cpu = AXVCPU_NO_CPU,
	};

	gives(xioctl(m.dev, AXVCPU_CREATE_VM, &vm), -EINVAL, "CREATE_VM", "a flag");
	gives(xioctl(m.vm, AXVCPU_VM_CREATE_VCPU, &vcpu), -EINVAL, "VM_CREATE_VCPU", "a flag");
	vcpu.flags = 0;
	vcpu.id = 0;
	gives(xioctl(m.vm, AXVCPU_VM_CREATE_VCPU, &vcpu), -EINVAL, "VM_CREATE_VCPU",
	      "a number in use");
	vcpu.id = ~0U;
	gives(xioctl(m.vm, AXVCPU_VM_CREATE_VCPU, &vcpu), -ENOSPC, "VM_CREATE_VCPU",
	      "a number too large");
	vcpu.id = 1;
	vcpu.phys_cpu_set = 8;
	vcpu.phys_cpu_set_size = 8;
	gives(xioctl(m.vm, AXVCPU_VM_CREATE_VCPU, &vcpu), -EFAULT, "VM_CREATE_VCPU",
	      "a CPU set at a bad address");
}

static void others(void)
{
	struct axvcpu_state_buffer state = { .size = sizeof(state), .group = 0x7777 };
	struct axvcpu_translate tr = { .size = sizeof(tr), .access = 0x100 };
	struct axvcpu_refuse refuse = { .size = sizeof(refuse), .vector = 6, .reserved = 1 };
	struct axvcpu_time time = { .size = sizeof(time), .flags = 1 };
	struct axvcpu_array array = { .size = sizeof(array), .count = ~0U, .addr = 8 };
	struct axvcpu_inject inject = { .size = sizeof(inject), .vector = 0x80, .flags = 1 };

	gives(xioctl(m.vcpu, AXVCPU_GET_STATE, &state), -EINVAL, "GET_STATE", "no such group");
	gives(xioctl(m.vcpu, AXVCPU_SET_STATE, &state), -EINVAL, "SET_STATE", "a group");
	state.group = 0;
	state.reserved = 1;
	gives(xioctl(m.vcpu, AXVCPU_GET_STATE, &state), -EINVAL, "GET_STATE", "reserved");
	gives(xioctl(m.vcpu, AXVCPU_SET_STATE, &state), -EINVAL, "SET_STATE", "reserved");
	state.reserved = 0;
	state.addr = 8;
	state.len = ROOM;
	gives(xioctl(m.vcpu, AXVCPU_GET_STATE, &state), -EFAULT, "GET_STATE", "a bad address");
	gives(xioctl(m.vcpu, AXVCPU_TRANSLATE, &tr), -EINVAL, "TRANSLATE", "unknown access");
	gives(xioctl(m.vcpu, AXVCPU_REFUSE, &refuse), -EINVAL, "REFUSE", "reserved");
	refuse.reserved = 0;
	gives(xioctl(m.vcpu, AXVCPU_REFUSE, &refuse), -EINVAL, "REFUSE", "nothing to refuse");
	gives(xioctl(m.vm, AXVCPU_VM_GET_TIME, &time), -EINVAL, "VM_GET_TIME", "a flag");
	gives(xioctl(m.vm, AXVCPU_VM_SET_TIME, &time), -EINVAL, "VM_SET_TIME", "a flag");
	time.flags = 0;
	time.counter_hz = 1;
	gives(xioctl(m.vm, AXVCPU_VM_SET_TIME, &time), -EINVAL, "VM_SET_TIME", "a rate");
	gives(xioctl(m.dev, AXVCPU_GET_CAPS, &array), -EFAULT, "GET_CAPS", "a bad address");
	gives(xioctl(m.vcpu, AXVCPU_GET_STATS, &array), -EFAULT, "GET_STATS", "a bad address");
	gives(xioctl(m.vcpu, AXVCPU_INJECT, &inject), -EINVAL, "INJECT", "a flag");
	inject.flags = 0;
	inject.error_code = 1;
	gives(xioctl(m.vcpu, AXVCPU_INJECT, &inject), -EINVAL, "INJECT", "an error code");
	inject.error_code = 0;
	inject.address = 1;
	gives(xioctl(m.vcpu, AXVCPU_INJECT, &inject), -EINVAL, "INJECT", "an address");
	m.run->in.flags = ~0U;
	gives(vcpu_run(m.vcpu), -EINVAL, "RUN", "unknown flags");
	m.run->in.flags = 0;
}

void test(void)
{
	unsigned int i;

	memory = host_pages(PAGE_SIZE);
	machine_ready(&m, &guest_count);
	machine_report(&m);
	/* What follows an exit can be refused; after this one nothing can. */
	m.run->in.kick = 1;
	machine_run(&m);
	before = snapshot(&before_len);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		sizes(&commands[i]);
	longer_and_shorter();
	unknown_commands();
	bare_with_argument();
	maps();
	map_members();
	creation();
	others();
	tap_ok(machine_report(&m) > 0, "the guest goes on");
	machine_fini(&m);
}
