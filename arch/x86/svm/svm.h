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

#endif /* AXVCPU_X86_SVM_SVM_H */
