/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the SVM backend share. */
#ifndef AXVCPU_X86_SVM_SVM_H
#define AXVCPU_X86_SVM_SVM_H

#include <linux/percpu.h>

#include "vmcb.h"
#include "../x86.h"

/**
 * struct svm_insn - what svm_insn_parse() finds
 * @len: bytes, without a memory operand's
 * @reg: the operands of an access to a control or debug register
 */
struct svm_insn {
	u8 len;
	struct x86_reg reg;
};

/* Bytes of the save area that are in use. */
#define SVM_SAVE_USED	offsetof(struct svm_vmcb_save, reserved_298)

/**
 * struct svm_vcpu - the backend's part of a vCPU
 * @x: the part shared with the other vendor; first
 * @vmcb: the control block; outside run() its save area is the guest's own view
 *	but for what @cr0_hidden, @cr0_forced, @cr4_forced and EFER.SVME say, and RAX, RSP,
 *	RIP, RFLAGS, which are in @x.regs
 * @vmcb_pa: where it is
 * @cpu: CPU it last ran on; -1: none
 * @asid_generation: of that CPU, when it gave @vmcb its ASID; 0: none
 * @entry_flags: X86_ENTRY_*, chosen with the intercepts
 * @intercept_state: what the intercepts in the VMCB were chosen for; 0: they are to be
 *	chosen anew
 * @flush_guest: the guest's own translations are to be flushed
 * @cr0_hidden: CD and NW of the guest's CR0, which the hardware does not get
 * @cr0_forced: NE, if the hardware's CR0 has it and the guest's has not
 * @cr4_forced: MCE, if the hardware's CR4 has it and the guest's has not
 * @cr0_open: CR0 intercepts are off for one instruction, which is stepped over
 * @unfinished: not 0 if @irq_waits, @cr0_open, @stepping or @soft_len is not: the next
 *	entry has something to look after
 * @irq_waits: an interrupt waits for the guest to be able to take it
 * @iret_rip: where the IRET of X86_NMI_IRET is
 * @stepping: one instruction is to be stepped over, then things are looked at
 *	again: an NMI waits for it, or @cr0_open
 * @tf_added: RFLAGS.TF is set in the hardware and not in the guest's view
 * @dr6: guest's DR6 while run() has put a clean one in the hardware
 * @dr7: guest's DR7 while run() has put SET_DEBUG's in the hardware
 * @dr_ours: @dr6 and @dr7 hold the guest's
 * @db_bits: causes of the last #DB, as DR6 bits
 * @injected: EVENTINJ of the last entry
 * @soft_len: bytes that RIP was moved for it
 * @untested: control registers or segments were set since the hardware last
 *	accepted them
 * @backup: the save area, while @untested: emulators do not leave it alone when
 *	they refuse it
 * @learned: the instruction that x86_insn_learn() has kept
 */
struct svm_vcpu {
	struct x86_vcpu x;
	struct svm_vmcb *vmcb;
	u64 vmcb_pa;
	int cpu;
	u64 asid_generation;
	u32 entry_flags;
	u32 intercept_state;
	bool flush_guest;
	u64 cr0_hidden;
	u64 cr0_forced;
	u64 cr4_forced;
	union {
		u32 unfinished;
		struct {
			bool irq_waits;
			bool cr0_open;
			bool stepping;
			u8 soft_len;
		};
	};
	u64 iret_rip;
	bool tf_added;
	u64 dr6;
	u64 dr7;
	bool dr_ours;
	u64 db_bits;
	u64 injected;
	bool untested;
	u8 backup[SVM_SAVE_USED];
	struct svm_insn learned;
};

static inline struct svm_vcpu *to_svm(struct axvcpu_vcpu *vcpu)
{
	return container_of(to_x86(vcpu), struct svm_vcpu, x);
}

/* A field of the save or control area was written: APM 15.15.3. */
static inline void svm_dirty(struct svm_vcpu *s, u32 clean_bit)
{
	s->vmcb->control.clean &= ~clean_bit;
}

/* Something of what svm_run() chooses the intercepts by has changed. */
static inline void svm_intercepts_stale(struct svm_vcpu *s)
{
	s->intercept_state = 0;
}

/**
 * struct svm_cpu - what a physical CPU has
 * @hsave: page that VMRUN keeps host state in
 * @host: page that VMSAVE keeps the rest of it in
 * @host_pa: where that is
 * @asid_generation: ASIDs of an older one are void; never 0
 * @asid_next: next one to give out
 * @last_vm: number of the VM that ran here last
 */
struct svm_cpu {
	struct page *hsave;
	struct page *host;
	u64 host_pa;
	u64 asid_generation;
	u32 asid_next;
	u32 last_vm;
};

DECLARE_PER_CPU(struct svm_cpu, svm_cpu);

/* AXVCPU_FEATURE_* of this machine that the backend uses; fixed after init. */
extern u64 svm_features;
/* CLEAN bits of a VMCB that nobody has touched since its last run. */
extern u32 svm_clean_all;
/* ASIDs are 1 to this. */
extern u32 svm_max_asid;
/* Physical addresses of the permission maps. */
extern u64 svm_iopm_pa;
/* Of MSRs: for guests that have not written IA32_SPEC_CTRL, and that have. */
extern u64 svm_msrpm_pa[2];

static inline bool svm_has(u64 feature)
{
	return svm_features & feature;
}

/* npt.c */
extern struct axvcpu_pt_format svm_npt_format;
void svm_npt_init(void);

/* svm_vcpu.c */
int svm_create(struct axvcpu_vcpu *vcpu);
void svm_destroy(struct axvcpu_vcpu *vcpu);
void svm_reset(struct axvcpu_vcpu *vcpu);
int svm_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root);
void svm_control_reset(struct svm_vcpu *s);

/* svm_control.c: control registers as the guest sees them */
u64 svm_cr0(const struct svm_vcpu *s);
u64 svm_cr4(const struct svm_vcpu *s);
void svm_load_cr0(struct svm_vcpu *s, u64 cr0);
void svm_close_cr0(struct svm_vcpu *s);
void svm_load_cr4(struct svm_vcpu *s, u64 cr4);
void svm_load_efer(struct svm_vcpu *s, u64 efer);
bool svm_long_mode(const struct svm_vcpu *s);
int svm_load_cr(struct x86_vcpu *x, u64 cr0, u64 cr4, bool may_sleep);
void svm_set_cr8(struct x86_vcpu *x, u64 cr8);
enum axvcpu_next svm_open_cr0(struct x86_vcpu *x);

/* svm_run.c */
int svm_load(struct axvcpu_vcpu *vcpu);
void svm_enter(struct axvcpu_vcpu *vcpu);
void svm_leave(struct axvcpu_vcpu *vcpu);
int svm_run(struct axvcpu_vcpu *vcpu);

/* svm_asid.c */
void svm_asid_flush(struct svm_vcpu *s, struct svm_cpu *pc);
void svm_asid_undo(struct svm_vcpu *s, struct svm_cpu *pc);

/**
 * svm_asid_choose() - the ASID and the flush of the next entry
 * @s: about to run
 * @pc: on this CPU
 *
 * Context: interrupts off.
 */
static inline void svm_asid_choose(struct svm_vcpu *s, struct svm_cpu *pc)
{
	s->vmcb->control.tlb_control = VMCB_TLB_KEEP;
	if (unlikely(s->asid_generation != pc->asid_generation || s->x.vcpu->flush ||
		     s->flush_guest))
		svm_asid_flush(s, pc);
}

/* svm_event.c */
bool svm_event_irq_ready(struct x86_vcpu *x);
bool svm_has_error_code(u8 vector);
void svm_event_choose(struct svm_vcpu *s);
void svm_event_account(struct svm_vcpu *s, u64 undelivered);

/**
 * svm_event_inject() - pick what the next entry delivers: exception, NMI, IRQ
 * @s: about to run; its registers are in the VMCB
 *
 * Nothing, if nothing waits, nobody asks for a window, and the last entry left none.
 *
 * Context: interrupts off, in_guest published.
 */
static inline void svm_event_inject(struct svm_vcpu *s)
{
	const struct axvcpu_vcpu *vcpu = s->x.vcpu;

	if (unlikely(READ_ONCE(vcpu->events.pending) || s->unfinished ||
		     (vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW)))
		svm_event_choose(s);
}

/**
 * svm_event_settle() - after an exit: account for what was injected
 * @s: the vCPU; its registers are out of the VMCB
 * @undelivered: EXITINTINFO: the event whose delivery the exit interrupted, or
 *	EVENTINJ if the guest was not entered
 */
static inline void svm_event_settle(struct svm_vcpu *s, u64 undelivered)
{
	if (unlikely(s->injected || (undelivered & VMCB_EVENT_VALID) || s->x.nmi))
		svm_event_account(s, undelivered);
}

/* svm_exit.c */
u32 svm_fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw);
enum axvcpu_next svm_handle_db(struct x86_vcpu *x);
void svm_explain(struct x86_vcpu *x, struct axvcpu_exit_fail_entry *out);
void svm_shutdown(struct x86_vcpu *x);
bool svm_parse_insn(struct x86_vcpu *x);
enum axvcpu_next svm_handle_iret(struct x86_vcpu *x);
enum axvcpu_next svm_handle_exit(struct axvcpu_vcpu *vcpu);

/* svm_insn.c */
bool svm_insn_parse(const struct x86_exit *exit, u64 code, const u8 *bytes,
		    unsigned int count, unsigned int code_bits, struct svm_insn *insn);

/**
 * struct svm_limits - what svm_check() must know about the processor
 * @pa_bits: width of a physical address
 * @cr4: bits that CR4 has
 * @efer: bits that EFER has
 */
struct svm_limits {
	unsigned int pa_bits;
	u64 cr4;
	u64 efer;
};

/* svm_check.c */
const char *svm_check(const struct svm_vmcb *vmcb, const struct svm_limits *limits);

/* svm_entry.S: 0, or -1 if SVM is off and nothing was run */
int svm_world_switch(u64 *to, u64 vmcb_pa, u64 host_pa, u32 flags, const u64 *from);

#endif /* AXVCPU_X86_SVM_SVM_H */
