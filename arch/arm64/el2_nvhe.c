// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host kernel at EL1 (nVHE): EL2 has the kernel's stub, which is asked by
 * HVC to let our vectors take its place; when the last VM goes, they put it
 * back.
 *
 * EL2's translation stays off. With it off every data access of EL2 is a Device
 * access, which goes past the caches (Arm ARM D8.2.12, B2.7), and instructions
 * are fetched as Non-cacheable. So the code is cleaned to the point of coherency
 * once, and what both have of the context on both sides of a run: cleaned before,
 * so that EL2 reads what the kernel wrote and no dirty line lands on what EL2
 * writes; invalidated behind, because a line may have been fetched meanwhile. The
 * rest of it the kernel never touches. That is 12 lines, less than the registers
 * cost, and it needs no table of EL2's own that would have to follow memory.
 * Guests are not concerned: their translation regime is EL1's.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/arm-smccc.h>
#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "cache.h"

/* CPTR_EL2 where HCR_EL2.E2H is clear: bits that are one, TZ, TFP, TTA, TAM */
#define NVHE_CPTR_ONES	0x32ffULL
#define NVHE_CPTR_TZ	BIT_ULL(8)
#define NVHE_CPTR_TFP	BIT_ULL(10)
#define NVHE_CPTR_TSM	BIT_ULL(12)
#define NVHE_CPTR_TTA	BIT_ULL(20)
#define NVHE_CPTR_TAM	BIT_ULL(30)
#define NVHE_CPTR_FP	(NVHE_CPTR_ONES | NVHE_CPTR_TZ | NVHE_CPTR_TSM | NVHE_CPTR_TTA | \
			 NVHE_CPTR_TAM)

/* CNTHCTL_EL2 where HCR_EL2.E2H is clear: EL1PCTEN, EL1PCEN (0, 1) are 0. */
#define NVHE_CNTHCTL	0

#define TIMER_ENABLE	BIT(0)

/* ID_AA64DFR0_EL1.PMSVer, TraceBuffer; P of PMBIDR, TRBIDR; E of PMBLIMITR, TRBLIMITR */
#define DFR0_SPE		GENMASK_ULL(35, 32)
#define DFR0_TRBE		GENMASK_ULL(47, 44)
#define BUFFER_NOT_OURS		BIT(4)
#define BUFFER_ENABLED		BIT(0)

/* What the stub was asked on the CPU that loaded the module. */
struct nvhe_probe {
	u64 vbar, vtr, mdcr, hcr, vttbr;
};

/* What the host profiles itself by, while a guest runs; 0: not at all. */
struct nvhe_profiling {
	u64 pmscr, trfcr;
};

static struct nvhe_probe probe;
static struct page *blob;
static unsigned int blob_order;
static DEFINE_PER_CPU(bool, enabled);

/* X0 to X4 in and out. */
static u64 call_el2(u64 nr, u64 arg, struct nvhe_probe *result)
{
	register u64 x0 asm("x0") = nr;
	register u64 x1 asm("x1") = arg;
	register u64 x2 asm("x2") = 0;
	register u64 x3 asm("x3") = 0;
	register u64 x4 asm("x4") = 0;

	asm volatile("hvc #0"
		     : "+r" (x0), "+r" (x1), "+r" (x2), "+r" (x3), "+r" (x4)
		     : : "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
			 "x14", "x15", "x16", "x17", "memory", "cc");
	if (result)
		*result = (struct nvhe_probe) { x0, x1, x2, x3, x4 };
	return x0;
}

/*
 * arm64_clean() for what the kernel and EL2 have in common of a context, many lines at a
 * time. It may reach beyond: in EL2's part the kernel's caches never hold anything new.
 */
static __always_inline void clean_shared(const struct el2_context *ctx)
{
	unsigned long at = (unsigned long)ctx, end = at + CTX_SHARED_SIZE;
	unsigned long line = arm64_caches.data_line;

	do {
		asm volatile(".rept 12\n"
			     "dc civac, %0\n"
			     "add %0, %0, %1\n"
			     ".endr\n"
			     : "+r" (at) : "r" (line) : "memory");
	} while (at < end);
	dsb(sy);
}

/*
 * A call to EL2 about a context. EL2's stores to it are Device stores, which nothing but a
 * DSB orders before the maintenance (Arm ARM D7.5.8): a line that is dropped before they
 * have got to memory may be fetched again without them.
 */
static __always_inline void call_shared(u64 nr, struct arm64_vcpu *a)
{
	clean_shared(&a->ctx);
	call_el2(nr, a->ctx_pa, NULL);
	dsb(sy);
	clean_shared(&a->ctx);
}

static bool nvhe_is_enabled(void)
{
	return __this_cpu_read(enabled);
}

static int nvhe_enable(void)
{
	if (call_el2(STUB_PROBE, 0, NULL) != STUB_ERROR)
		return -EBUSY;
	if (call_el2(STUB_SET_VECTORS, page_to_phys(blob), NULL))
		return -EBUSY;
	__this_cpu_write(enabled, true);
	return 0;
}

static void nvhe_disable(void)
{
	call_el2(STUB_RESET_VECTORS, 0, NULL);
	__this_cpu_write(enabled, false);
}

/*
 * A CPU that was powered down while idle comes back with the stub's vectors
 * (cpu_resume() in the kernel's arch/arm64/kernel/sleep.S).
 */
static void nvhe_wake(void)
{
	call_el2(STUB_SET_VECTORS, page_to_phys(blob), NULL);
}

/*
 * The virtual CPU interface alone stays. EL2's part is cleaned once, and gets what EL2
 * has for the host.
 */
static void nvhe_load(struct arm64_vcpu *a)
{
	u64 dfr0 = read_sysreg(id_aa64dfr0_el1);

	a->ctx_pa = virt_to_phys(&a->ctx);
	if (dfr0 & DFR0_SPE && !(read_sysreg_s(SYS_PMBIDR_EL1) & BUFFER_NOT_OURS))
		a->has |= ARM64_HAS_SPE;
	if (dfr0 & DFR0_TRBE && !(read_sysreg_s(SYS_TRBIDR_EL1) & BUFFER_NOT_OURS))
		a->has |= ARM64_HAS_TRBE;
	arm64_clean(&a->ctx, sizeof(a->ctx));
	call_el2(CALL_LOAD, a->ctx_pa, NULL);
}

static void nvhe_save(struct arm64_vcpu *a)
{
	call_shared(CALL_SAVE, a);
}

static u64 nvhe_vtr(void)
{
	return probe.vtr;
}

static u64 nvhe_mdcr(void)
{
	return probe.mdcr;
}

/*
 * The buffers of SPE and TRBE are the host's, at its own virtual addresses, which
 * mean nothing while EL1 is a guest's (Arm ARM D9.5, D6.3). So nothing is recorded
 * then, and what has been is written out before.
 */
static void profiling_off(struct nvhe_profiling *host, u32 has)
{
	*host = (struct nvhe_profiling) { 0 };
	if (has & ARM64_HAS_SPE &&
	    read_sysreg_s(SYS_PMBLIMITR_EL1) & BUFFER_ENABLED) {
		host->pmscr = read_sysreg_s(SYS_PMSCR_EL1);
		write_sysreg_s(0, SYS_PMSCR_EL1);
		isb();
		psb_csync();
		dsb(nsh);
	}
	if (has & ARM64_HAS_TRBE &&
	    read_sysreg_s(SYS_TRBLIMITR_EL1) & BUFFER_ENABLED) {
		host->trfcr = read_sysreg_s(SYS_TRFCR_EL1);
		write_sysreg_s(0, SYS_TRFCR_EL1);
		isb();
		tsb_csync();
		dsb(nsh);
	}
}

static void profiling_on(const struct nvhe_profiling *host)
{
	if (host->pmscr)
		write_sysreg_s(host->pmscr, SYS_PMSCR_EL1);
	if (host->trfcr)
		write_sysreg_s(host->trfcr, SYS_TRFCR_EL1);
}

static noinline void run_profiled(struct arm64_vcpu *a)
{
	struct nvhe_profiling host;

	profiling_off(&host, a->has);
	call_shared(CALL_RUN, a);
	profiling_on(&host);
}

static void nvhe_run(struct el2_context *ctx)
{
	struct arm64_vcpu *a = container_of(ctx, struct arm64_vcpu, ctx);

	if (a->has & (ARM64_HAS_SPE | ARM64_HAS_TRBE))
		run_profiled(a);
	else
		call_shared(CALL_RUN, a);
}

static void nvhe_flush_all(void)
{
	call_el2(CALL_FLUSH, 0, NULL);
}

static void nvhe_clear_lrs(unsigned int count)
{
	call_el2(CALL_CLEAR_LRS, count, NULL);
}

/* A hypervisor may keep this timer to itself: it is the last thing to be looked at. */
static bool __init uses_physical_timer(void)
{
	return read_sysreg(cntp_ctl_el0) & TIMER_ENABLE;
}

/*
 * An HVC that nothing answers is undefined and kills the kernel. EL2 is ours to
 * ask only if the kernel was booted there: then EL3, not a hypervisor, answers
 * PSCI, and the kernel uses the physical timer and not the virtual one.
 */
static int __init nvhe_booted_at_el2(void)
{
	u64 pfr0 = read_sysreg(id_aa64pfr0_el1);

	if (!(pfr0 >> 8 & 0xf)) {
		pr_info("axvcpu: el2-nvhe: this CPU has no EL2 (ID_AA64PFR0_EL1.EL2)\n");
		return -ENODEV;
	}
	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_HVC || !uses_physical_timer()) {
		pr_err("axvcpu: el2-nvhe: the kernel was started at EL1, below firmware or a hypervisor that keeps EL2: boot it at EL2\n");
		return -EBUSY;
	}
	return 0;
}

static int __init nvhe_blob_alloc(void)
{
	size_t size = el2_nvhe_end - el2_nvhe_blob;

	blob_order = get_order(size);
	blob = alloc_pages(GFP_KERNEL | __GFP_ZERO, blob_order);
	if (!blob)
		return -ENOMEM;
	memcpy(page_address(blob), el2_nvhe_blob, size);
	arm64_clean(page_address(blob), size);
	arm64_forget_insn();
	return 0;
}

/* The vectors cannot be asked for: look at them at EL2, through the stub. */
static void __init nvhe_look(void)
{
	phys_addr_t pa = page_to_phys(blob) + (el2_nvhe_probe - el2_nvhe_blob);
	u64 *stub = page_address(blob) + (el2_nvhe_stub - el2_nvhe_blob);
	unsigned long flags;

	local_irq_save(flags);
	call_el2(STUB_SOFT_RESTART, pa, &probe);
	local_irq_restore(flags);
	*stub = probe.vbar;
	arm64_clean(stub, sizeof(*stub));
}

static int __init nvhe_init(void)
{
	int ret = nvhe_booted_at_el2();

	if (ret)
		return ret;
	if (call_el2(STUB_PROBE, 0, NULL) != STUB_ERROR) {
		pr_err("axvcpu: el2-nvhe: EL2 is in use already (the kernel's stub does not answer), probably by KVM: boot with kvm-arm.mode=none\n");
		return -EBUSY;
	}
	ret = nvhe_blob_alloc();
	if (ret)
		return ret;
	nvhe_look();
	return 0;
}

static void nvhe_fini(void)
{
	__free_pages(blob, blob_order);
}

const struct el2_mode el2_nvhe = {
	.name = "el2-nvhe",
	.backend = AXVCPU_BACKEND_EL2_NVHE,
	.cptr = NVHE_CPTR_FP | NVHE_CPTR_TFP,
	.cptr_fp = NVHE_CPTR_FP,
	.cnthctl = NVHE_CNTHCTL,
	.init = nvhe_init,
	.fini = nvhe_fini,
	.enable = nvhe_enable,
	.disable = nvhe_disable,
	.is_enabled = nvhe_is_enabled,
	.vtr = nvhe_vtr,
	.mdcr = nvhe_mdcr,
	.wake = nvhe_wake,
	.load = nvhe_load,
	.save = nvhe_save,
	.run = nvhe_run,
	.flush_all = nvhe_flush_all,
	.clear_lrs = nvhe_clear_lrs,
};
