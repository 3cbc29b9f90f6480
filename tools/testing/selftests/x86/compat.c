// SPDX-License-Identifier: GPL-2.0-only
/* The 32-bit entry of ioctl: the same commands, the same structures, the same answers. */

#include "harness.h"

DECLARE_GUEST(count, MODE_LONG);

#define NR_IOCTL32	54

/* What a 32-bit program does; every address is below 4 GiB. */
static int ioctl32(int fd, unsigned long cmd, void *arg)
{
	int ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(NR_IOCTL32), "b"(fd), "c"((uint32_t)cmd),
		       "d"((uint32_t)(uintptr_t)arg)
		     : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

/* Room for arguments and tables that such a program can name. */
static uint8_t *low;

static void *arg(const void *from, size_t size)
{
	memset(low, 0, PAGE_SIZE);
	memcpy(low, from, size);
	return low;
}

static void commands(struct machine *m)
{
	struct axvcpu_info info = { .size = sizeof(info) }, native;
	struct axvcpu_map map = {
		.size = sizeof(map), .flags = MEM_RWX, .len = GUEST_RAM_SIZE,
	};
	struct axvcpu_vcpu_create create = {
		.size = sizeof(create), .favor_phys_cpu = AXVCPU_NO_CPU,
	};

	dev_info(&native);
	tap_is(ioctl32(m->dev, AXVCPU_GET_INFO, arg(&info, sizeof(info))), 0, "GET_INFO");
	tap_ok(!memcmp(low, &native, sizeof(native)), "the same as for 64 bits");
	m->vm = ioctl32(m->dev, AXVCPU_CREATE_VM,
			arg(&(struct axvcpu_vm_create){ .size = 8 }, 8));
	tap_ok(m->vm >= 0, "CREATE_VM");
	m->ram = mmap(NULL, GUEST_RAM_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	map.hva = (uintptr_t)m->ram;
	tap_is(ioctl32(m->vm, AXVCPU_VM_MAP, arg(&map, sizeof(map))), 0, "VM_MAP");
	m->vcpu = ioctl32(m->vm, AXVCPU_VM_CREATE_VCPU, arg(&create, sizeof(create)));
	tap_ok(m->vcpu >= 0, "VM_CREATE_VCPU");
}

static void life(struct machine *m)
{
	struct axvcpu_vcpu_info info = { .size = sizeof(info) };
	struct axvcpu_array stats = {
		.size = sizeof(stats), .count = 100,
		.addr = (uintptr_t)low + PAGE_SIZE,
	};

	m->run = vcpu_map_run(m->vcpu);
	m->regs = (struct arch_regs *)m->run->regs;
	memcpy(m->ram + GUEST_CODE, guest_count.start, guest_count.end - guest_count.start);
	arch_start(m, &guest_count, GUEST_CODE);
	tap_is(ioctl32(m->vcpu, AXVCPU_BIND, NULL), 0, "BIND");
	tap_is(ioctl32(m->vcpu, AXVCPU_RUN, NULL), 0, "RUN");
	tap_is(m->run->out.reason, AXVCPU_EXIT_IO_WRITE, "the guest ran");
	tap_is(ioctl32(m->vcpu, AXVCPU_VCPU_INFO, arg(&info, sizeof(info))), 0, "VCPU_INFO");
	tap_is(((struct axvcpu_vcpu_info *)low)->state, AXVCPU_STATE_READY, "READY");
	tap_is(ioctl32(m->vcpu, AXVCPU_GET_STATS, arg(&stats, sizeof(stats))), 0, "GET_STATS");
	tap_is(ioctl32(m->vcpu, AXVCPU_X86_SET_CPUID, arg(&(struct axvcpu_array){
		.size = sizeof(struct axvcpu_array) }, sizeof(struct axvcpu_array))), 0,
	       "X86_SET_CPUID");
	tap_is(ioctl32(m->vcpu, _IO(AXVCPU_IOC_TYPE, 0x7f), NULL), -ENOTTY, "unknown command");
	tap_is(ioctl32(m->vcpu, AXVCPU_VCPU_INFO, NULL), -EFAULT, "no argument");
	tap_is(ioctl32(m->vcpu, AXVCPU_UNBIND, NULL), 0, "UNBIND");
}

void test(void)
{
	struct machine m = { .dev = dev_open() };

	low = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		tap_skip_all("no memory below 4 GiB");
	commands(&m);
	life(&m);
	machine_fini(&m);
}
