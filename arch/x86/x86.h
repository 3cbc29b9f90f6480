/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is x86 and not vendor: the part of a vCPU that VMX and SVM share, and
 * what the shared code asks of a vendor's control structure.
 */
#ifndef AXVCPU_X86_H
#define AXVCPU_X86_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/axvcpu_x86.h>
#include <asm/processor-flags.h>

#include "../../core/ops.h"
#include "insn/decode.h"
#include "exit.h"

struct x86_context;
struct x86_vcpu;

/**
 * struct x86_vendor - access to guest state in the vendor's control structure
 * @get_segments: read all segment registers and tables
 * @set_segments: write them
 * @get_control: CR0, CR2, CR3, CR4, CR8, EFER as the guest sees them; not XCR0
 * @set_control: the reverse; not XCR0
 * @get_dr6_dr7: the guest's own
 * @set_dr6_dr7: the reverse
 * @get_msr: an MSR the control structure keeps; false if it does not keep it
 * @set_msr: the reverse
 * @cpl: privilege level
 * @code_bits: 16, 32 or 64: what the code segment and EFER.LMA make of RIP
 * @get_context: those and more
 * @update: what exits follows @x->vcpu->debug, @x->nmi, @x->guest_dr_live and the CPUID
 *	table, one of which has changed otherwise than by running
 * @fill_raw: what the hardware said of the last exit, all of @raw but @valid, the
 *	instruction, and @events; returns AXVCPU_RAW_GPA, AXVCPU_RAW_GVA where they are
 *
 * Handlers of exits use these, on the vCPU that has just exited:
 * @irq_ready: does an interrupt wait that CR8 lets through?
 * @load_cr: an instruction of the guest writes CR0 and CR4, which are valid; flushes
 *	what that flushes. -EAGAIN: it has to read the guest's memory, and @may_sleep is
 *	false; -EINVAL: the instruction raises #GP for what it loads from there
 * @set_cr8: the same for CR8
 * @open_cr0: let the guest carry out one access to CR0 by itself, because its operand
 *	is in memory; NULL: no such access exits
 * @handle_db: the exit is a #DB
 * @explain: fill in @out about an entry that the hardware refused
 * @shutdown: after a triple fault the control structure is void: make it anew; NULL: it
 *	is not
 * @parse_insn: was the instruction in @x->insn the cause of the exit? Take its length
 *	and operand into @x->exit then; NULL: the hardware always tells them
 * @handle_own: the kinds of exit that only this vendor has
 *
 * Claim held; a backend that must have its structure resident for it sees to
 * that itself.
 */
struct x86_vendor {
	void (*get_segments)(struct x86_vcpu *x, struct axvcpu_x86_segments *segs);
	void (*set_segments)(struct x86_vcpu *x, const struct axvcpu_x86_segments *segs);
	void (*get_control)(struct x86_vcpu *x, struct axvcpu_x86_control *ctl);
	void (*set_control)(struct x86_vcpu *x, const struct axvcpu_x86_control *ctl);
	void (*get_dr6_dr7)(struct x86_vcpu *x, u64 *dr6, u64 *dr7);
	void (*set_dr6_dr7)(struct x86_vcpu *x, u64 dr6, u64 dr7);
	bool (*get_msr)(struct x86_vcpu *x, u32 index, u64 *value);
	bool (*set_msr)(struct x86_vcpu *x, u32 index, u64 value);
	unsigned int (*cpl)(struct x86_vcpu *x);
	unsigned int (*code_bits)(struct x86_vcpu *x);
	void (*get_context)(struct x86_vcpu *x, struct x86_context *context);
	void (*update)(struct x86_vcpu *x);
	u32 (*fill_raw)(struct x86_vcpu *x, struct axvcpu_raw *raw);

	bool (*irq_ready)(struct x86_vcpu *x);
	int (*load_cr)(struct x86_vcpu *x, u64 cr0, u64 cr4, bool may_sleep);
	void (*set_cr8)(struct x86_vcpu *x, u64 cr8);
	enum axvcpu_next (*open_cr0)(struct x86_vcpu *x);
	enum axvcpu_next (*handle_db)(struct x86_vcpu *x);
	void (*explain)(struct x86_vcpu *x, struct axvcpu_exit_fail_entry *out);
	void (*shutdown)(struct x86_vcpu *x);
	bool (*parse_insn)(struct x86_vcpu *x);
	enum axvcpu_next (*handle_own)(struct x86_vcpu *x);
};

/* MSRs the shared code keeps itself; but for one the order is private to msr.c. */
#define X86_NR_KEPT_MSRS	34
#define X86_SLOT_TSC_AUX	0

/* Bits that not all kernels have names for: IA32_SPEC_CTRL, IA32_PRED_CMD, EFER. */
#define X86_SPEC_CTRL_IBRS	BIT_ULL(0)
#define X86_SPEC_CTRL_STIBP	BIT_ULL(1)
#define X86_SPEC_CTRL_SSBD	BIT_ULL(2)
#define X86_SPEC_CTRL_IPRED_DIS	GENMASK_ULL(4, 3)
#define X86_SPEC_CTRL_RRSBA_DIS	GENMASK_ULL(6, 5)
#define X86_SPEC_CTRL_PSFD	BIT_ULL(7)
#define X86_SPEC_CTRL_DDPD_U	BIT_ULL(8)
#define X86_SPEC_CTRL_BHI_DIS_S	BIT_ULL(10)
#define X86_PRED_CMD_SBPB	BIT_ULL(7)
#define EFER_AIBRSE		BIT_ULL(21)

#define X86_INSN_ENTRIES	5	/* of page tables to one instruction */
#define X86_INSN_MAX		15	/* bytes of the longest instruction */

/**
 * struct x86_insn - an instruction that exited
 * @pc: where it is
 * @len: its length; 0: not known
 * @same: it is the one in struct x86_insn_cache
 * @count: bytes that were read
 * @bytes: those, and zeroes
 */
struct x86_insn {
	u64 pc;
	u8 len;
	u8 count;
	bool same;
	u8 bytes[16];
};

/**
 * enum x86_nmi - can the guest take an NMI?
 * @X86_NMI_OPEN: it can
 * @X86_NMI_BLOCKED: not before an IRET
 * @X86_NMI_IRET: not before the IRET that comes next
 */
enum x86_nmi {
	X86_NMI_OPEN,
	X86_NMI_BLOCKED,
	X86_NMI_IRET,
};

/**
 * struct x86_context - what decides how the bytes at RIP are found and read
 * @cr0: paging mode, and so on
 * @cr3: root of the page tables
 * @cr4: paging mode
 * @efer: paging mode
 * @cs_base: base of the code segment; 0 in 64-bit mode
 * @cpl: privilege level
 * @code_bits: 16, 32 or 64
 */
struct x86_context {
	u64 cr0, cr3, cr4, efer;
	u64 cs_base;
	u8 cpl;
	u8 code_bits;
};

/**
 * struct x86_insn_cache - the last instruction that was read, and what from
 * @len: its length; 0: nothing is here
 * @nr_entries: entries of the guest's page tables that lead to it
 * @overflow: something was read that cannot be kept
 * @what: who learned it, and so knows what it is: X86_INSN_MOV, or the vendor's
 * @unmapped: the memory's count of regions that went
 * @rip: where it is
 * @context: where the walk began
 * @entry_at: user addresses of the entries
 * @entry: what was read there
 * @at: user address of the instruction
 * @bytes: its first bytes
 * @mask: which of them are its
 * @mov: for X86_INSN_MOV
 */
struct x86_insn_cache {
	u8 len;
	u8 nr_entries;
	bool overflow;
	u32 what;
	u64 unmapped;
	u64 rip;
	struct x86_context context;
	unsigned long entry_at[X86_INSN_ENTRIES];
	u64 entry[X86_INSN_ENTRIES];
	unsigned long at;
	u64 bytes;
	u64 mask;
	struct x86_mov mov;
};

/* No exit code of a vendor's. */
#define X86_INSN_MOV	U32_MAX

/**
 * struct x86_spec_ctrl - IA32_SPEC_CTRL, for the world switch
 * @guest: the guest's; 0 until it writes it
 * @host: the host's while the guest runs
 */
struct x86_spec_ctrl {
	u64 guest;
	u64 host;
};

/**
 * struct x86_vcpu - the shared part of a backend's vCPU; its first member
 * @vcpu: the core's object; @vcpu->arch points here
 * @vendor: access to the control structure
 * @regs: private copy of the registers while RUN is under way. Outside RUN the
 *	run page has them.
 * @spec_ctrl: right behind @regs, where the world switch looks for it
 * @gpr: where the next entry takes general registers from, but for those that the
 *	control structure has: the run page's block first, then @regs. The vendor sets
 *	the latter when the guest was entered
 * @irq_shadow: in a STI or MOV SS shadow? While the guest runs the hardware knows
 * @nmi: enum x86_nmi; likewise
 * @exit: the last exit, decoded
 * @insn: the instruction of the last hardware exit; the vendor sets it at every exit,
 *	x86_fetch_insn() and its like read it where the hardware does not tell
 * @cache: the last instruction that was read from guest memory
 * @dr: guest's DR0 to DR3
 * @owns_dr: SET_DEBUG has breakpoints in DR0 to DR3: the guest's own are kept, and do
 *	nothing
 * @guest_dr_live: the guest uses DR0 to DR3: they are switched. The vendor sets
 *	it when the guest touches them, and may clear it while they are not in
 *	the hardware and DR7 enables none
 * @host_dr: host's DR0 to DR3 while the guest runs, if @host_dr7 enables any
 * @host_dr7: host's DR7 while the guest runs
 * @host_debugctl: host's IA32_DEBUGCTL, likewise
 * @host_pebs: host's IA32_PEBS_ENABLE, likewise
 * @host_counters: host's IA32_PERF_GLOBAL_CTRL, if @host_pebs is not 0
 * @dr_switched: DR0 to DR3 of the hardware are not the host's
 * @trap_pending: a #DB trap (RFLAGS.TF) follows the instruction that an exit
 *	completed; raised by the next RUN, dropped by REFUSE
 * @osxsave: the guest's CR4 has OSXSAVE, and the host XSAVE; the vendor sets it, and has
 *	each change of that exit. Without it the guest has no XGETBV, XSAVE, AVX: XCR0 does
 *	not matter
 * @xcr0: guest's XCR0
 * @xsave: guest's XSAVE (or FXSAVE) area, standard format, 64-byte aligned
 * @cpuid: CPUID table, sorted, room for AXVCPU_X86_MAX_CPUID
 * @nr_cpuid: its entries
 * @cpuid_last: the one that answered last, or NULL
 * @cr4_allowed: CR4 bits the guest may set, by its CPUID table
 * @efer_allowed: the same of EFER
 * @has_tsc_aux: TSC_AUX is switched, by its CPUID table
 * @tsc_aux_loaded: the hardware has the guest's TSC_AUX
 * @host_tsc_aux: that of the CPU that it is loaded on
 * @spec_ctrl_allowed: IA32_SPEC_CTRL bits the guest may set, by its CPUID table; 0: it
 *	has no such MSR
 * @has_arch_caps: it has IA32_ARCH_CAPABILITIES
 * @guest_spec_ctrl: where the guest's IA32_SPEC_CTRL is: in @spec_ctrl, if the vendor has
 *	no place for it
 * @spec_open: it has been written with something else: accesses do not exit any more, and
 *	it is switched
 * @msr: MSRs kept by msr.c
 * @tsc_adjust: guest TSC minus VM-wide counter
 */
struct x86_vcpu {
	struct axvcpu_vcpu *vcpu;
	const struct x86_vendor *vendor;
	struct axvcpu_x86_regs regs;
	struct x86_spec_ctrl spec_ctrl;
	const u64 *gpr;
	bool irq_shadow;
	u8 nmi;
	struct x86_exit exit;
	struct x86_insn insn;
	struct x86_insn_cache cache;
	u64 dr[4];
	bool owns_dr;
	bool guest_dr_live;
	u64 host_dr[4];
	u64 host_dr7;
	u64 host_debugctl;
	u64 host_pebs;
	u64 host_counters;
	bool dr_switched;
	bool trap_pending;
	bool osxsave;
	u64 xcr0;
	void *xsave;
	struct axvcpu_x86_cpuid *cpuid;
	u32 nr_cpuid;
	const struct axvcpu_x86_cpuid *cpuid_last;
	u64 cr4_allowed;
	u64 efer_allowed;
	bool has_tsc_aux;
	bool tsc_aux_loaded;
	u64 host_tsc_aux;
	u64 spec_ctrl_allowed;
	bool has_arch_caps;
	u64 *guest_spec_ctrl;
	bool spec_open;
	u64 msr[X86_NR_KEPT_MSRS];
	u64 tsc_adjust;
};

static inline struct x86_vcpu *to_x86(struct axvcpu_vcpu *vcpu)
{
	return vcpu->arch;
}

/* MSRs of the host that are known to exist; the kernel renames its own macros. */
static inline u64 x86_host_rdmsr(u32 index)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (index));
	return low | (u64)high << 32;
}

static inline void x86_host_wrmsr(u32 index, u64 value)
{
	asm volatile("wrmsr" : : "c" (index), "a" (lower_32_bits(value)),
		     "d" (upper_32_bits(value)) : "memory");
}

#endif /* AXVCPU_X86_H */
