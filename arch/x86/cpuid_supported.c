// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPUID table that is offered: what this host has, without what a guest
 * cannot use here. Leaf by leaf: SDM vol. 2, CPUID; APM vol. 3, appendix E.
 *
 * Left out, since nothing stands behind it: virtualization, MONITOR, the local
 * APIC and its timer (the VMM may add the bit with its own), performance
 * counters, SGX, trace, protection keys, CET, XSAVES, TSX, five-level paging,
 * topology.
 */
#include <linux/bits.h>
#include <linux/string.h>

#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor.h>

#include "compat.h"
#include "cpuid.h"
#include "fpu.h"
#include "x86.h"

#define MAX_SUPPORTED	64
#define VIRT_BITS	48
#define MAX_PHYS_BITS	48
#define ALL		(~0U)

#define HYPERVISOR_LEAF	0x40000000
#define EXTENDED_LEAF	0x80000000

#define F(name)		(1U << (X86_FEATURE_##name & 31))

#define FEATURES_1_ECX	(F(XMM3) | F(PCLMULQDQ) | F(SSSE3) | F(FMA) | F(CX16) | F(PCID) | \
			 F(XMM4_1) | F(XMM4_2) | F(MOVBE) | F(POPCNT) | F(AES) | F(XSAVE) | \
			 F(AVX) | F(F16C) | F(RDRAND))
#define FEATURES_1_EDX	(F(FPU) | F(VME) | F(DE) | F(PSE) | F(TSC) | F(MSR) | F(PAE) | \
			 F(CX8) | F(SEP) | F(PGE) | F(CMOV) | F(PAT) | F(PSE36) | \
			 F(CLFLUSH) | F(MMX) | F(FXSR) | F(XMM) | F(XMM2) | F(SELFSNOOP))
#define FEATURES_7_EBX	(F(FSGSBASE) | F(BMI1) | F(AVX2) | F(FDP_EXCPTN_ONLY) | F(SMEP) | \
			 F(BMI2) | F(ERMS) | F(INVPCID) | F(ZERO_FCS_FDS) | F(AVX512F) | \
			 F(AVX512DQ) | F(RDSEED) | F(ADX) | F(SMAP) | F(AVX512IFMA) | \
			 F(CLFLUSHOPT) | F(CLWB) | F(AVX512CD) | F(SHA_NI) | F(AVX512BW) | \
			 F(AVX512VL))
#define FEATURES_7_ECX	(F(AVX512VBMI) | F(UMIP) | F(AVX512_VBMI2) | F(GFNI) | F(VAES) | \
			 F(VPCLMULQDQ) | F(AVX512_VNNI) | F(AVX512_BITALG) | \
			 F(AVX512_VPOPCNTDQ) | F(RDPID) | F(CLDEMOTE) | F(MOVDIRI) | \
			 F(MOVDIR64B))
#define FEATURES_7_EDX	(F(AVX512_4VNNIW) | F(AVX512_4FMAPS) | F(FSRM) | \
			 F(AVX512_VP2INTERSECT) | F(MD_CLEAR) | F(SERIALIZE) | \
			 F(AVX512_FP16) | F(SPEC_CTRL) | F(INTEL_STIBP) | F(FLUSH_L1D) | \
			 F(ARCH_CAPABILITIES) | F(SPEC_CTRL_SSBD))
#define FEATURES_7_1	(F(AVX_VNNI) | F(AVX512_BF16))
#define FEATURES_D_1	(F(XSAVEOPT) | F(XSAVEC) | F(XGETBV1))
#define FEATURES_X_ECX	(F(LAHF_LM) | F(CR8_LEGACY) | F(ABM) | F(SSE4A) | F(MISALIGNSSE) | \
			 F(3DNOWPREFETCH) | F(XOP) | F(FMA4) | F(TBM))
/* Word 1 repeats word 0 in part; the rest of it is the extended leaf's own. */
#define FEATURES_X_OWN	(F(SYSCALL) | F(NX) | F(MMXEXT) | F(FXSR_OPT) | F(GBPAGES) | \
			 F(RDTSCP) | F(LM) | F(3DNOWEXT) | F(3DNOW))
#define FEATURES_X_SAME	(F(FPU) | F(VME) | F(DE) | F(PSE) | F(TSC) | F(MSR) | F(PAE) | \
			 F(CX8) | F(PGE) | F(CMOV) | F(PAT) | F(PSE36) | F(MMX) | F(FXSR))
/* 28: predictive store forwarding can be turned off, 30: IBPB clears return predictions */
#define FEATURES_X8_EBX	(F(CLZERO) | F(XSAVEERPTR) | F(WBNOINVD) | F(AMD_IBPB) | F(AMD_IBRS) | \
			 F(AMD_STIBP) | F(AMD_STIBP_ALWAYS_ON) | F(AMD_SSBD) | \
			 F(AMD_SSB_NO) | BIT(28) | BIT(30))
/* Later bits of IA32_SPEC_CTRL */
#define FEATURES_7_2	GENMASK(4, 0)

/* Of AVX and AVX-512: gone if XCR0 does not offer the registers. */
#define AVX_1_ECX	(F(FMA) | F(AVX) | F(F16C))
#define AVX_7_EBX	F(AVX2)
#define AVX_7_ECX	(F(VAES) | F(VPCLMULQDQ))
#define AVX_X_ECX	(F(XOP) | F(FMA4))
#define AVX512_7_EBX	(F(AVX512F) | F(AVX512DQ) | F(AVX512IFMA) | F(AVX512CD) | \
			 F(AVX512BW) | F(AVX512VL))
#define AVX512_7_ECX	(F(AVX512VBMI) | F(AVX512_VBMI2) | F(AVX512_VNNI) | \
			 F(AVX512_BITALG) | F(AVX512_VPOPCNTDQ))
#define AVX512_7_EDX	(F(AVX512_4VNNIW) | F(AVX512_4FMAPS) | F(AVX512_VP2INTERSECT) | \
			 F(AVX512_FP16))

#define XSAVE_MIN	576		/* x87, SSE, header */
#define INVARIANT_TSC	BIT(8)		/* leaf 80000007, EDX */
/*
 * Behaviour of AMD's (APM vol. 3, E.4.19): data breakpoints, LFENCE, null selectors; of
 * VERW, automatic IBRS, barriers, returns; in ECX what transient scheduler attacks it has not.
 */
#define X21_EAX		(BIT(0) | BIT(2) | BIT(5) | BIT(6) | BIT(8) | GENMASK(30, 27))
#define X21_ECX		(BIT(1) | BIT(2))

static struct axvcpu_x86_cpuid supported[MAX_SUPPORTED] __read_mostly;
static u32 nr_supported __read_mostly;
static u64 arch_caps __read_mostly;

/*
 * IA32_ARCH_CAPABILITIES (SDM vol. 4, table 2-2) without what tells of an MSR that a guest
 * does not have: 7 is TSX_CTRL, 18 FB_CLEAR_CTRL, 25 GDS_CTRL, and so on.
 */
#define ARCH_CAPS	(GENMASK_ULL(6, 0) | BIT_ULL(8) | GENMASK_ULL(15, 13) | BIT_ULL(17) | \
			 BIT_ULL(19) | BIT_ULL(20) | BIT_ULL(24) | GENMASK_ULL(28, 26) | \
			 BIT_ULL(62))

/* Bits that say that the CPU has not got a bug: the kernel knows of more such CPUs. */
static const struct {
	u16 bug;
	u8 bit;
} not_affected[] = {
	{ X86_BUG_CPU_MELTDOWN, 0 },
	{ X86_BUG_SPEC_STORE_BYPASS, 4 },
	{ X86_BUG_MDS, 5 },
	{ X86_BUG_TAA, 8 },
	{ X86_BUG_BHI, 20 },
	{ X86_BUG_GDS, 26 },
	{ X86_BUG_RFDS, 27 },
	{ X86_BUG_ITS, 62 },
};

/* The host's answer, as the next entry of the table. */
static struct axvcpu_x86_cpuid *add_leaf(u32 function, u32 index, u32 flags)
{
	struct axvcpu_x86_cpuid *e;

	if (WARN_ON_ONCE(nr_supported == MAX_SUPPORTED))
		nr_supported--;
	e = &supported[nr_supported++];
	*e = (struct axvcpu_x86_cpuid) {
		.function = function, .index = index, .flags = flags,
	};
	cpuid_count(function, index, &e->eax, &e->ebx, &e->ecx, &e->edx);
	return e;
}

static void mask(struct axvcpu_x86_cpuid *e, u32 eax, u32 ebx, u32 ecx, u32 edx)
{
	e->eax &= eax;
	e->ebx &= ebx;
	e->ecx &= ecx;
	e->edx &= edx;
}

/* What the kernel found wrong with a feature holds for guests too. */
static u32 usable(enum cpuid_leafs word, u32 features)
{
	return features & boot_cpu_data.x86_capability[word];
}

static bool has_avx(void)
{
	return x86_fpu_xcr0_supported() & XFEATURE_MASK_YMM;
}

static bool has_avx512(void)
{
	return x86_fpu_xcr0_supported() & XFEATURE_MASK_OPMASK;
}

static void add_leaf_1(void)
{
	struct axvcpu_x86_cpuid *e = add_leaf(1, 0, 0);

	/* EBX keeps the CLFLUSH size and the brand index. */
	mask(e, ALL, 0xffff, usable(CPUID_1_ECX, FEATURES_1_ECX),
	     usable(CPUID_1_EDX, FEATURES_1_EDX));
	if (!x86_fpu_xcr0_supported())
		e->ecx &= ~F(XSAVE);
	if (!has_avx())
		e->ecx &= ~AVX_1_ECX;
	/* Virtualized here: MTRRs, and machine checks that never come. */
	e->edx |= F(MTRR) | F(MCE) | F(MCA);
	e->ecx |= F(HYPERVISOR);
}

/* Caches, without the bits that tell how many CPUs share them. */
static void add_leaf_4(void)
{
	struct axvcpu_x86_cpuid *e;
	u32 i;

	for (i = 0; i < 8; i++) {
		e = add_leaf(4, i, AXVCPU_X86_CPUID_INDEX);
		mask(e, 0x3fff, ALL, ALL, 7);
		if (!(e->eax & 0x1f))
			break;
	}
}

static void add_leaf_7(void)
{
	struct axvcpu_x86_cpuid *e = add_leaf(7, 0, AXVCPU_X86_CPUID_INDEX);
	u32 last = min_t(u32, e->eax, 2);

	mask(e, 0, usable(CPUID_7_0_EBX, FEATURES_7_EBX), usable(CPUID_7_ECX, FEATURES_7_ECX),
	     usable(CPUID_7_EDX, FEATURES_7_EDX));
	if (!has_avx())
		mask(e, ALL, ~AVX_7_EBX, ~AVX_7_ECX, ALL);
	if (!has_avx512())
		mask(e, ALL, ~AVX512_7_EBX, ~AVX512_7_ECX, ~AVX512_7_EDX);
	e->ebx |= F(TSC_ADJUST);
	e->eax = last;
	if (!last)
		return;

	e = add_leaf(7, 1, AXVCPU_X86_CPUID_INDEX);
	mask(e, usable(CPUID_7_1_EAX, FEATURES_7_1), 0, 0, 0);
	if (!has_avx())
		e->eax &= ~F(AVX_VNNI);
	if (!has_avx512())
		e->eax &= ~F(AVX512_BF16);
	if (last >= 2)
		mask(add_leaf(7, 2, AXVCPU_X86_CPUID_INDEX), 0, 0, 0, FEATURES_7_2);
}

/* XSAVE; EBX of the first two follows the guest's XCR0, here that of reset. */
static void add_leaf_d(void)
{
	u64 features = x86_fpu_xcr0_supported();
	struct axvcpu_x86_cpuid *e;
	unsigned int i;

	if (!features)
		return;
	e = add_leaf(0xd, 0, AXVCPU_X86_CPUID_INDEX);
	e->eax = features;
	e->ebx = XSAVE_MIN;
	e->ecx = x86_fpu_size();
	e->edx = features >> 32;
	e = add_leaf(0xd, 1, AXVCPU_X86_CPUID_INDEX);
	mask(e, usable(CPUID_D_1_EAX, FEATURES_D_1), 0, 0, 0);
	if (e->eax & F(XSAVEC))
		e->ebx = XSAVE_MIN;
	for (i = 2; i < 63; i++)
		if (features & BIT_ULL(i))
			add_leaf(0xd, i, AXVCPU_X86_CPUID_INDEX);
}

static void add_basic(void)
{
	u32 last = cpuid_eax(0);
	struct axvcpu_x86_cpuid *max = add_leaf(0, 0, 0);

	add_leaf_1();
	if (last >= 2)
		add_leaf(2, 0, 0);
	if (last >= 4)
		add_leaf_4();
	if (last >= 7)
		add_leaf_7();
	if (last >= 0xd)
		add_leaf_d();
	max->eax = supported[nr_supported - 1].function;
}

static void add_hypervisor(void)
{
	struct axvcpu_x86_cpuid *e = add_leaf(HYPERVISOR_LEAF, 0, 0);

	e->eax = HYPERVISOR_LEAF;
	memcpy(&e->ebx, "axvc", 4);
	memcpy(&e->ecx, "puax", 4);
	memcpy(&e->edx, "vcpu", 4);
}

static void add_leaf_x1(void)
{
	struct axvcpu_x86_cpuid *e = add_leaf(EXTENDED_LEAF + 1, 0, 0);
	u32 same = usable(CPUID_1_EDX, FEATURES_X_SAME);

	mask(e, ALL, ALL, usable(CPUID_8000_0001_ECX, FEATURES_X_ECX),
	     usable(CPUID_8000_0001_EDX, FEATURES_X_OWN) | same);
	if (!has_avx())
		e->ecx &= ~AVX_X_ECX;
	/* AMD repeats leaf 1; Intel does not. */
	if (e->edx & F(FPU))
		e->edx |= F(MTRR) | F(MCE) | F(MCA);
}

static void add_leaf_x8(void)
{
	struct axvcpu_x86_cpuid *e = add_leaf(EXTENDED_LEAF + 8, 0, 0);

	e->eax = min_t(u32, boot_cpu_data.x86_phys_bits, MAX_PHYS_BITS) | VIRT_BITS << 8;
	mask(e, ALL, usable(CPUID_8000_0008_EBX, FEATURES_X8_EBX), 0, 0);
}

static void add_extended(void)
{
	struct axvcpu_x86_cpuid *max = add_leaf(EXTENDED_LEAF, 0, 0);
	struct axvcpu_x86_cpuid *e;
	u32 last = max->eax, i;

	add_leaf_x1();
	for (i = 2; i <= 6; i++)	/* brand, caches */
		add_leaf(EXTENDED_LEAF + i, 0, 0);
	e = add_leaf(EXTENDED_LEAF + 7, 0, 0);
	mask(e, 0, 0, 0, 0);
	if (boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && boot_cpu_has(X86_FEATURE_NONSTOP_TSC))
		e->edx = INVARIANT_TSC;
	add_leaf_x8();
	if (last >= EXTENDED_LEAF + 0x19 && last < EXTENDED_LEAF + 0x10000) {
		add_leaf(EXTENDED_LEAF + 0x19, 0, 0);	/* TLB for 1 GiB pages */
		mask(add_leaf(EXTENDED_LEAF + 0x1a, 0, 0), 7, 0, 0, 0);
	}
	if (last >= EXTENDED_LEAF + 0x21 && last < EXTENDED_LEAF + 0x10000)
		mask(add_leaf(EXTENDED_LEAF + 0x21, 0, 0), X21_EAX, 0, X21_ECX, 0);
	max->eax = supported[nr_supported - 1].function;
}

static void init_arch_caps(void)
{
	unsigned int i;

	arch_caps = 0;
	if (!boot_cpu_has(X86_FEATURE_ARCH_CAPABILITIES))
		return;
	arch_caps = x86_host_rdmsr(MSR_IA32_ARCH_CAPABILITIES) & ARCH_CAPS;
	for (i = 0; i < ARRAY_SIZE(not_affected); i++)
		if (not_affected[i].bug && !boot_cpu_has(not_affected[i].bug))
			arch_caps |= BIT_ULL(not_affected[i].bit);
}

/** x86_arch_caps_supported() - IA32_ARCH_CAPABILITIES of a guest; 0 if the host has none */
u64 x86_arch_caps_supported(void)
{
	return arch_caps;
}

/**
 * x86_cpuid_init() - make the table
 *
 * Context: at load, after x86_fpu_init().
 */
void x86_cpuid_init(void)
{
	init_arch_caps();
	nr_supported = 0;
	add_basic();
	add_hypervisor();
	add_extended();
}

/**
 * x86_cpuid_supported() - the table of GET_SUPPORTED_CPUID
 * @count: its entries
 *
 * Return: the table, sorted.
 */
const struct axvcpu_x86_cpuid *x86_cpuid_supported(u32 *count)
{
	*count = nr_supported;
	return supported;
}
