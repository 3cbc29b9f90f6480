// SPDX-License-Identifier: GPL-2.0-only
/* The guest's x87, SSE and AVX registers are the guest's, the host's are the host's. */

#include <sched.h>
#include <sys/syscall.h>

#include "harness.h"

DECLARE_GUEST(fpu, MODE_LONG);

#define XSAVE_BYTES	832
#define XSTATE_BV	512
#define MXCSR		24
#define SEED		0x1234567892

static bool use_avx;

/* What XSAVE or FXSAVE writes. */
struct image {
	_Alignas(64) uint8_t bytes[1024];
};

/* An image with every byte of every register told by @seed. */
static void make_image(struct image *img, uint8_t seed)
{
	uint8_t *image = img->bytes;
	unsigned int i;

	memset(image, 0, sizeof(*img));
	for (i = 0; i < 8; i++)		/* x87: eight registers of ten bytes */
		memset(image + 32 + 16 * i, seed + i, 8);
	memset(image + 160, seed, 256);	/* XMM */
	*(uint16_t *)image = 0x37f;
	*(uint16_t *)(image + MXCSR) = 0x1f80 | (seed & 3) << 13;
	*(uint32_t *)(image + MXCSR + 4) = 0xffff;
	if (!use_avx)
		return;
	memset(image + 576, seed + 1, 256);	/* YMM, upper halves */
	*(uint64_t *)(image + XSTATE_BV) = 7;
}

/*
 * RUN with @in in the registers, and what is there after it in @out. No
 * compiler-generated code comes between.
 */
static long run_with(int fd, struct image *in, struct image *out)
{
	long ret = 7;	/* the components, for XRSTOR */

	if (use_avx)
		asm volatile("xrstor64 (%[in])\n\t"
			     "mov %[nr], %%eax\n\t"
			     "mov %[cmd], %%esi\n\t"
			     "syscall\n\t"
			     "mov %%rax, %%r8\n\t"
			     "mov $7, %%eax\n\t"
			     "xor %%edx, %%edx\n\t"
			     "xsave64 (%[out])\n\t"
			     "mov %%r8, %%rax\n\t"
			     "vzeroall\n\t"
			     "fninit\n\t"
			     "ldmxcsr (%[mxcsr])"
			     : "+a"(ret)
			     : [in] "r"(in), [out] "r"(out), "D"((long)fd), "d"(0L),
			       [cmd] "i"(AXVCPU_RUN), [nr] "i"(SYS_ioctl),
			       [mxcsr] "r"(&(uint32_t){ 0x1f80 })
			     : "rsi", "r8", "rcx", "r11", "memory", "cc",
			       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
			       "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
			       "xmm14", "xmm15");
	else
		asm volatile("fxrstor64 (%[in])\n\t"
			     "mov %[nr], %%eax\n\t"
			     "mov %[cmd], %%esi\n\t"
			     "syscall\n\t"
			     "fxsave64 (%[out])\n\t"
			     "fninit\n\t"
			     "ldmxcsr (%[mxcsr])"
			     : "+a"(ret)
			     : [in] "r"(in), [out] "r"(out), "D"((long)fd), "d"(0L),
			       [cmd] "i"(AXVCPU_RUN), [nr] "i"(SYS_ioctl),
			       [mxcsr] "r"(&(uint32_t){ 0x1f80 })
			     : "rsi", "rcx", "r11", "memory", "cc",
			       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
			       "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
			       "xmm14", "xmm15");
	return ret;
}

static bool same_image(const struct image *one, const struct image *two)
{
	const uint8_t *a = one->bytes, *b = two->bytes;

	/* x87 values, XMM and YMM; not the pointers to the last x87 instruction. */
	if (memcmp(a, b, 2) || memcmp(a + MXCSR, b + MXCSR, 4))
		return false;
	if (memcmp(a + 32, b + 32, 384))
		return false;
	return !use_avx || !memcmp(a + 576, b + 576, 256);
}

static void enable_avx(struct machine *m)
{
	struct axvcpu_x86_control ctl;

	get_control(m, &ctl);
	ctl.cr4 |= CR4_OSXSAVE;
	ctl.xcr0 = 7;
	if (vcpu_set_group(m->vcpu, AXVCPU_X86_GROUP_CONTROL, &ctl, sizeof(ctl)))
		tap_bail("SET_STATE of XCR0");
}

static void prepare(struct machine *m, uint64_t seed, uint64_t area, uint64_t rounds)
{
	m->regs->RDI = seed;
	m->regs->RSI = area;
	m->regs->RDX = use_avx;
	m->regs->RCX = rounds;
	m->regs->R10 = 2000;
	if (use_avx)
		enable_avx(m);
}

/* What the guest saved of its registers is what it put there. */
static bool guest_has(const struct machine *m, uint64_t seed)
{
	const uint8_t *image = m->ram + GUEST_DATA;
	unsigned int i, k, wrong = 0;

	for (i = 0; i < 16; i++)
		for (k = 0; k < 2; k++) {
			uint64_t xmm = ((const uint64_t *)(image + 160))[2 * i + k];
			uint64_t ymm = ((const uint64_t *)(image + 576))[2 * i + k];

			wrong += xmm != seed + i || (use_avx && ymm != seed + i);
		}
	for (i = 0; i < 7; i++)
		wrong += *(const long double *)(image + 32 + 16 * i) != seed;
	wrong += *(const uint32_t *)(image + MXCSR) != (0x1f80 | (seed & 3) << 13);
	return !wrong;
}

/* Each RUN changes every register for the guest, none for its VMM. */
static void across_run(void)
{
	unsigned long i, rounds = scaled(300), host = 0, guest = 0, other = 0;
	struct machine m;
	uint64_t value;
	struct image in, out;

	machine_ready(&m, &guest_fpu);
	prepare(&m, SEED, GUEST_DATA, 1);
	for (i = 0; i < rounds; i++) {
		make_image(&in, i);
		memset(&out, 0, sizeof(out));
		if (run_with(m.vcpu, &in, &out) || !arch_is_report(&m, &value)) {
			other++;
			continue;
		}
		host += !same_image(&in, &out);
		guest += value;
	}
	tap_is(other, 0, "%lu reports", rounds);
	tap_is(host, 0, "the VMM's registers are its own after each");
	tap_is(guest, 0, "the guest's are its own");
	tap_ok(guest_has(&m, SEED), "and hold what it put there");
	machine_fini(&m);
}

static unsigned long host_wrong;
static bool stop;

/* A thread of the host's that does nothing but keep values in its registers. */
static void *host_load(void *arg)
{
	unsigned long rounds = 0;
	struct image in, out;

	(void)arg;
	while (!READ_ONCE(stop)) {
		make_image(&in, ++rounds);
		memset(&out, 0, sizeof(out));
		/* No vCPU at all: the system call only fails. */
		run_with(-1, &in, &out);
		if (!same_image(&in, &out))
			WRITE_ONCE(host_wrong, host_wrong + 1);
	}
	return NULL;
}

struct tally {
	unsigned long reports, wrong;
};

static bool add_up(struct runner *r)
{
	struct tally *t = r->data;
	uint64_t value;

	if (r->ret || !arch_is_report(r->m, &value))
		return false;
	t->reports++;
	t->wrong += value;
	return !READ_ONCE(r->stop);
}

static void under_load(void)
{
	struct machine m[2];
	struct tally tally[2] = { 0 };
	struct runner r[2];
	pthread_t load;
	uint64_t end;
	unsigned int i, cpu = 0;
	int cpus = cpus_online();
	cpu_set_t set;

	machine_init(&m[0], &guest_fpu);
	machine_vcpu(&m[1], &m[0], 1, &guest_fpu, GUEST_CODE + 0x1000);
	m[1].regs->RSP = GUEST_STACK - 0x800;
	stop = false;
	pthread_create(&load, NULL, host_load, NULL);
	for (i = 0; i < 2; i++) {
		prepare(&m[i], 0x1111111111111111 * (i + 1), GUEST_DATA + 0x1000 * i, 20);
		r[i] = (struct runner) { .m = &m[i], .cpu = -1, .on_exit = add_up,
					 .data = &tally[i] };
		runner_start(&r[i]);
	}
	end = now_ms() + 1500;
	while (now_ms() < end) {
		usleep(3000);
		CPU_ZERO(&set);
		CPU_SET(cpu++ % cpus, &set);
		sched_setaffinity(r[cpu & 1].tid, sizeof(set), &set);
	}
	WRITE_ONCE(stop, true);
	pthread_join(load, NULL);
	for (i = 0; i < 2; i++) {
		WRITE_ONCE(r[i].stop, true);
		runner_join(&r[i]);
		tap_is(r[i].ret, 0, "vCPU %u never failed", i);
		tap_ok(tally[i].reports > 0, "vCPU %u: %lu reports", i, tally[i].reports);
		tap_is(tally[i].wrong, 0, "vCPU %u: no register changed", i);
	}
	tap_is(host_wrong, 0, "nor did the host's");
	machine_fini(&m[1]);
	machine_fini(&m[0]);
}

static bool have_avx(void)
{
	struct axvcpu_cap caps[64];
	struct axvcpu_array arg = {
		.size = sizeof(arg), .count = ARRAY_SIZE(caps), .addr = (uintptr_t)caps,
	};
	int dev = dev_open();
	unsigned int i;
	bool have = false;

	if (xioctl(dev, AXVCPU_GET_CAPS, &arg))
		tap_bail("GET_CAPS");
	for (i = 0; i < arg.count; i++)
		if (caps[i].id == AXVCPU_CAP_X86_XCR0)
			have = (caps[i].value & 7) == 7;
	close(dev);
	return have && __builtin_cpu_supports("avx");
}

void test(void)
{
	across_run();
	under_load();
	use_avx = have_avx();
	if (!use_avx) {
		tap_skip("no AVX for guests", "the same with AVX");
		return;
	}
	across_run();
	under_load();
}
