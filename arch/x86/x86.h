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

/* common.c: life of the shared part; ops that are the same on both vendors */
int x86_common_init(void);
void x86_info(struct axvcpu_info *info);
unsigned int x86_caps(struct axvcpu_cap *caps);
int x86_vcpu_init(struct x86_vcpu *x, struct axvcpu_vcpu *vcpu,
		  const struct x86_vendor *vendor);
void x86_vcpu_fini(struct x86_vcpu *x);
void x86_vcpu_reset(struct x86_vcpu *x);
int x86_set_entry(struct axvcpu_vcpu *vcpu, u64 entry);
static inline struct axvcpu_x86_regs *x86_run_regs(struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_x86_regs *)vcpu->run->regs;
}

/* the flags that exist: SDM vol. 1, 3.4.3 */
static inline u64 x86_rflags(u64 rflags)
{
	return (rflags & 0x3f7fd5) | X86_EFLAGS_FIXED;
}

void x86_read_regs(struct axvcpu_vcpu *vcpu);
void x86_write_regs(struct axvcpu_vcpu *vcpu);
int x86_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value);
void x86_set_return_value(struct axvcpu_vcpu *vcpu, u64 value);
void x86_set_pc(struct axvcpu_vcpu *vcpu, u64 pc);
u64 x86_read_counter(void);
u64 x86_counter_hz(void);

/* guest TSC minus the host's */
static inline u64 x86_tsc_offset(const struct x86_vcpu *x)
{
	return axvcpu_counter_offset(x->vcpu->vm) + x->tsc_adjust;
}

/* write MMIO-style results into a register image: width rules of the SDM */
void x86_write_gpr(u64 *gpr, u64 value, unsigned int width);

/* event.c: events and the end of an instruction */
int x86_check_event(const struct axvcpu_inject *event);
bool x86_has_wakeup(struct axvcpu_vcpu *vcpu);
bool x86_irq_window(struct axvcpu_vcpu *vcpu);
/* nmi_blocked and irq_shadow of AXVCPU_GROUP_EVENTS */
void x86_get_events(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events);
void x86_set_events(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events);
void x86_fill_raw(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw);
/*
 * The payload is in run->out: publish @reason and the raw block with the events as
 * they stand. Returns AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next x86_exit(struct x86_vcpu *x, u32 reason);
/*
 * An instruction has been completed: RIP to @next_rip (wrapped to the code
 * segment's width), RF and the interrupt shadow end. x86_advance() goes before
 * an exit that shows the result; x86_complete_insn() after one handled in the
 * kernel: it returns RESUME, or EXIT if SET_DEBUG asked for single steps.
 */
static inline void x86_advance(struct x86_vcpu *x, u64 next_rip)
{
	/* RIP wraps at the code segment's width, which is a 64 KiB border at least. */
	if ((x->regs.rip ^ next_rip) >> 16)
		next_rip &= GENMASK_ULL(x->vendor->code_bits(x) - 1, 0);
	x->regs.rip = next_rip;
	x->trap_pending = x->regs.rflags & X86_EFLAGS_TF;
	x->regs.rflags &= ~X86_EFLAGS_RF;
	x->irq_shadow = false;
}

enum axvcpu_next x86_complete_insn(struct x86_vcpu *x, u64 next_rip);
/* HLT: advances; publishes the exit HALT, should the core want it; NEXT_HALT */
enum axvcpu_next x86_halt(struct x86_vcpu *x);
/* queue the #DB of @trap_pending; private to event.c and common.c */
void x86_raise_trap(struct x86_vcpu *x);
/* queue a fault of the current instruction; PC stays at it */
enum axvcpu_next x86_fault(struct x86_vcpu *x, u8 vector, bool has_error, u32 error);

/* cpuid.c */
void x86_cpuid_init(void);			/* at load, after the FPU */
void x86_cpuid_default(struct x86_vcpu *x);	/* the table of a new vCPU */
int x86_cpuid_check(const struct axvcpu_x86_cpuid *table, u32 count);
void x86_cpuid_set(struct x86_vcpu *x, const struct axvcpu_x86_cpuid *table, u32 count);
/* the table of GET_SUPPORTED_CPUID */
const struct axvcpu_x86_cpuid *x86_cpuid_supported(u32 *count);
/* in place: EAX, ECX in, EAX to EDX out, upper halves cleared */
void x86_cpuid(struct x86_vcpu *x);
const struct axvcpu_x86_cpuid *x86_cpuid_find(struct x86_vcpu *x, u32 function, u32 index);
/* CR4 and EFER bits this guest may set, by its CPUID table */
u64 x86_cr4_allowed(struct x86_vcpu *x);
u64 x86_efer_allowed(struct x86_vcpu *x);
u64 x86_spec_ctrl_bits(const struct axvcpu_x86_cpuid *table, u32 count);
u64 x86_pred_cmd_allowed(struct x86_vcpu *x);
u64 x86_flush_cmd_allowed(struct x86_vcpu *x);
/* ... and what any guest may set here: SET_STATE allows that */
u64 x86_cr4_supported(void);
u64 x86_efer_supported(void);
u64 x86_spec_ctrl_supported(void);
/* ... and what of IA32_ARCH_CAPABILITIES holds for guests */
u64 x86_arch_caps_supported(void);

/* msr.c */
enum x86_msr_result {
	X86_MSR_DONE,
	X86_MSR_FAULT,		/* #GP(0) */
	X86_MSR_USER,		/* SYSREG_READ, SYSREG_WRITE */
};

void x86_msr_reset(struct x86_vcpu *x);
enum x86_msr_result x86_rdmsr(struct x86_vcpu *x, u32 index, u64 *value);
enum x86_msr_result x86_wrmsr(struct x86_vcpu *x, u32 index, u64 value);
/* the whole RDMSR or WRMSR exit: registers, counters, payload */
enum axvcpu_next x86_handle_rdmsr(struct x86_vcpu *x);
enum axvcpu_next x86_handle_wrmsr(struct x86_vcpu *x);

/* AXVCPU_X86_GROUP_MSRS */
u32 x86_msr_count(void);
void x86_msr_list(struct x86_vcpu *x, struct axvcpu_x86_msr *list);
int x86_msr_check(const struct axvcpu_x86_msr *msr);
void x86_msr_set(struct x86_vcpu *x, const struct axvcpu_x86_msr *msr);

/* fpu.c; the switch itself is in switch.h */
int x86_fpu_init(void);				/* at load */
u64 x86_fpu_xcr0_supported(void);		/* 0 without XSAVE */
u32 x86_fpu_size(void);				/* bytes of @xsave */
int x86_fpu_alloc(struct x86_vcpu *x);		/* may sleep */
void x86_fpu_free(struct x86_vcpu *x);
void x86_fpu_reset(struct x86_vcpu *x);
int x86_fpu_check(const void *image);		/* SET_STATE: -EINVAL */
bool x86_xcr0_valid(u64 xcr0);
/* XSETBV: true if taken, false if #GP(0); the caller checks CPL and CR4 */
bool x86_xsetbv(struct x86_vcpu *x, u32 index, u64 value);

/* DR6 and DR7: what can be written, and what reads as one (SDM vol. 3, 18.2; APM 13.1.1) */
#define X86_DR6_CAUSES	0x0000e00fULL
#define X86_DR6_ONES	0xffff0ff0ULL
#define X86_DR7_BITS	0xffff2bffULL
#define X86_DR7_ONES	0x00000400ULL
#define X86_DR7_GD	BIT_ULL(13)	/* general detect */

/* debug.c */
/* are the debug registers SET_DEBUG's, and not the guest's? */
static inline bool x86_debugged(const struct x86_vcpu *x)
{
	return (x->vcpu->debug.flags & AXVCPU_DEBUG_STEP) || x->owns_dr;
}

/* effective DR7 for the control structure: guest's own or SET_DEBUG's */
u64 x86_debug_dr7(struct x86_vcpu *x, u64 guest_dr7);
/* what is enabled of the causes of a #DB */
u64 x86_debug_causes(u64 dr6, u64 dr7);
int x86_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug);
/*
 * An intercepted #DB (@dr6 what it adds) or #BP; any exception. True: SET_DEBUG
 * asked for it, DEBUG or EXCEPTION is filled in and x86_exit() called; false: it
 * is the guest's. Ask x86_debug_exit() first.
 */
bool x86_debug_exit(struct x86_vcpu *x, u8 vector, u64 dr6);
bool x86_exception_exit(struct x86_vcpu *x, const struct axvcpu_inject *event);

/* paging.c: the guest's own page tables; may sleep */
struct x86_page_fault {
	u64 address;
	u32 error;	/* architectural #PF error code */
};

/* 0; X86_WALK_*: the guest's fault, see walk.h; errors: tables not in memory */
int x86_translate_gva(struct x86_vcpu *x, u64 gva, u32 access, unsigned int cpl,
		      u64 *gpa, struct x86_page_fault *pf);
int x86_translate(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr);

/* bytes at CS:RIP into x->insn, as many as can be read, up to 15 */
int x86_fetch_insn(struct x86_vcpu *x);
/* the same without sleeping: all of them, or at least all of the instruction? */
bool x86_peek_insn(struct x86_vcpu *x);

/* insn_cache.c */
bool x86_insn_recall(struct x86_vcpu *x, const struct x86_context *context);
void x86_insn_begin(struct x86_vcpu *x, const struct x86_context *context);
void x86_insn_entry(struct x86_vcpu *x, unsigned long at, u64 entry);
void x86_insn_bytes(struct x86_vcpu *x, unsigned long at);
/* what x86_peek_insn() found is an instruction of @len bytes; false if it is not kept */
bool x86_insn_learn(struct x86_vcpu *x, unsigned int len, u32 what);

/* is it what @what learned? Then its length is in the cache, and what else it kept */
static inline bool x86_insn_known(const struct x86_vcpu *x, u32 what)
{
	return x->insn.same && x->cache.what == what;
}

/* mmio.c: ops->explain_fault */
enum axvcpu_next x86_explain_fault(struct axvcpu_vcpu *vcpu, int error);
enum axvcpu_next x86_exit_fault(struct x86_vcpu *x, u64 gpa, u32 access, int error);

/* io.c */
/* not a string: fills in IO_READ or IO_WRITE */
enum axvcpu_next x86_handle_io(struct x86_vcpu *x);
/* string: may sleep */
enum axvcpu_next x86_complete_string_io(struct x86_vcpu *x);

/* control.c */
enum axvcpu_next x86_handle_cr(struct x86_vcpu *x);
enum axvcpu_next x86_handle_dr(struct x86_vcpu *x);

/* handle.c */
/* a machine check ended guest execution: right after the exit, interrupts off */
void x86_machine_check(void);
bool x86_asks_for_ac(u64 cr0, u64 rflags, unsigned int cpl);
enum axvcpu_next x86_handle_cpuid(struct x86_vcpu *x);
enum axvcpu_next x86_handle_any(struct x86_vcpu *x);
enum axvcpu_next x86_complete(struct axvcpu_vcpu *vcpu);
/* an intercepted exception is the guest's own: it goes in at the next entry */
enum axvcpu_next x86_reflect(struct x86_vcpu *x, const struct axvcpu_inject *event);

/**
 * x86_handle() - what is done about an exit
 * @x: the vCPU; the vendor has decoded the exit into x->exit
 *
 * The most frequent kinds are reached without a pointer.
 *
 * Context: preemption off, interrupts on.
 * Return: what to do next.
 */
static __always_inline enum axvcpu_next x86_handle(struct x86_vcpu *x)
{
	switch (x->exit.kind) {
	case X86_EXIT_IO:
		return x->exit.io.string ? AXVCPU_NEXT_SLOW : x86_handle_io(x);
	case X86_EXIT_FAULT:
		x->vcpu->fault = x->exit.fault;
		return AXVCPU_NEXT_FAULT;
	case X86_EXIT_CPUID:
		return x86_handle_cpuid(x);
	default:
		return x86_handle_any(x);
	}
}

/* state.c */
extern const struct axvcpu_state_group x86_state_groups[];

/* ioctl.c */
long x86_ioctl(struct axvcpu_vm *vm, struct axvcpu_vcpu *vcpu, unsigned int nr,
	       unsigned long arg);

/* emergency.c */
int x86_emergency_init(void (*off)(void), const char *kvm);
void x86_emergency_fini(void);

#endif /* AXVCPU_X86_H */
