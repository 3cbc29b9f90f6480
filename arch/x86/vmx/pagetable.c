// SPDX-License-Identifier: GPL-2.0-only
/*
 * The format of extended page tables (SDM 30.3), and the invalidation of what
 * CPUs have cached of them (SDM 30.4).
 */
#include <linux/bits.h>
#include <linux/init.h>
#include <asm/asm.h>
#include <asm/processor.h>

#include "check.h"
#include "decode.h"
#include "pagetable.h"
#include "vmcs.h"
#include "vmx.h"

/* SDM tables 30-1 to 30-7. Guest memory is write-back, whatever its PAT says. */
#define EPT_READ	BIT_ULL(0)
#define EPT_WRITE	BIT_ULL(1)
#define EPT_EXEC	BIT_ULL(2)
#define EPT_ANY		(EPT_READ | EPT_WRITE | EPT_EXEC)
#define EPT_WB		(6ULL << 3)
#define EPT_IGNORE_PAT	BIT_ULL(6)
#define EPT_HUGE	BIT_ULL(7)
#define EPT_ACCESSED	BIT_ULL(8)
#define EPT_DIRTY	BIT_ULL(9)
#define EPT_ADDRESS	GENMASK_ULL(51, 12)

/* SDM table 25-9 */
#define EPTP_WB		6ULL
#define EPTP_4_LEVELS	(3ULL << 3)
#define EPTP_AD		BIT_ULL(6)

static u64 ept_table(phys_addr_t pa)
{
	return pa | EPT_ANY;
}

/*
 * Without accessed and dirty bits in the hardware the two bits are ignored, and
 * tell the walker the same.
 */
static u64 ept_leaf(phys_addr_t pa, u32 access, unsigned int level)
{
	u64 entry = pa | EPT_READ | EPT_WB | EPT_IGNORE_PAT | EPT_ACCESSED;

	if (access & AXVCPU_ACCESS_WRITE)
		entry |= EPT_WRITE | EPT_DIRTY;
	if (access & AXVCPU_ACCESS_EXEC)
		entry |= EPT_EXEC;
	if (level)
		entry |= EPT_HUGE;
	return entry;
}

static u32 ept_access(u64 entry)
{
	u32 access = AXVCPU_ACCESS_READ;

	if (entry & EPT_WRITE)
		access |= AXVCPU_ACCESS_WRITE;
	if (entry & EPT_EXEC)
		access |= AXVCPU_ACCESS_EXEC;
	return access;
}

/* What depends on the machine is filled in by vmx_ept_init(). */
struct axvcpu_pt_format vmx_ept_format = {
	.levels = 4,
	.gpa_bits = 48,
	.huge_levels = BIT(0) | BIT(1),
	.table = ept_table,
	.leaf = ept_leaf,
	.access = ept_access,
	.present = EPT_ANY,
	.kind = EPT_HUGE,
	.address = EPT_ADDRESS,
	.accessed = EPT_ACCESSED,
};

/**
 * vmx_ept_init() - fit the format to this machine; once, at load
 */
void __init vmx_ept_init(void)
{
	vmx_ept_format.has_access = vmx_has(AXVCPU_FEATURE_ACCESS_DIRTY);
	if (vmx_has(AXVCPU_FEATURE_HUGE_1G))
		vmx_ept_format.huge_levels |= BIT(2);
	vmx_ept_format.gpa_bits = min_t(unsigned int, 48, boot_cpu_data.x86_phys_bits);
}

/**
 * vmx_eptp() - EPT pointer for the table at @root
 * @root: its physical address
 */
u64 vmx_eptp(phys_addr_t root)
{
	u64 eptp = root | EPTP_WB | EPTP_4_LEVELS;

	if (vmx_has(AXVCPU_FEATURE_ACCESS_DIRTY))
		eptp |= EPTP_AD;
	return eptp;
}

/* Descriptor of INVEPT and INVVPID: SDM 31.3. */
struct invalidate {
	u64 context;	/* EPT pointer, or VPID */
	u64 address;
};

/* Faults if VMX was switched off; the next entry finds that out. */
static void forget_ept(unsigned long type, u64 eptp)
{
	const struct invalidate what = { .context = eptp };

	asm volatile("1: invept %0, %1\n2:" _ASM_EXTABLE(1b, 2b)
		     : : "m" (what), "r" (type) : "cc", "memory");
}

static void forget_vpid(unsigned long type, u16 vpid)
{
	const struct invalidate what = { .context = vpid };

	asm volatile("1: invvpid %0, %1\n2:" _ASM_EXTABLE(1b, 2b)
		     : : "m" (what), "r" (type) : "cc", "memory");
}

/**
 * vmx_ept_flush() - this CPU forgets what it has cached of one table
 * @eptp: EPT pointer
 *
 * Guest-physical and combined mappings, of every VPID (SDM 30.4.3.1): what has
 * to go after entries were taken away or restricted, and when a table begins
 * to be used here, for its pages may have been another table's before (SDM
 * 30.4.3.3).
 */
void vmx_ept_flush(u64 eptp)
{
	forget_ept(VMX_EPT_EXTENT_CONTEXT, eptp);
}

/**
 * vmx_vpid_flush() - this CPU forgets a vCPU's linear and combined mappings
 * @vpid: its identifier
 *
 * SDM 30.4.3.3: when a vCPU comes to a CPU that may know its VPID from earlier,
 * and when its paging is changed from outside.
 */
void vmx_vpid_flush(u16 vpid)
{
	forget_vpid(VMX_VPID_EXTENT_SINGLE_CONTEXT, vpid);
}

/**
 * vmx_flush_all() - this CPU forgets all guests
 *
 * After VMXON, which does not say what the CPU still knows (SDM 30.4.3.4).
 */
void vmx_flush_all(void)
{
	forget_ept(VMX_EPT_EXTENT_GLOBAL, 0);
	forget_vpid(VMX_VPID_EXTENT_ALL_CONTEXT, 0);
}
