/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the VMX backend share. */
#ifndef AXVCPU_X86_VMX_VMX_H
#define AXVCPU_X86_VMX_VMX_H

#include <linux/jump_label.h>
#include <linux/minmax.h>
#include <linux/percpu.h>

#include <asm/asm.h>
#include <asm/desc_defs.h>
#include <asm/vmx.h>

#include "../x86.h"

/**
 * struct vmx_exit_fields - what the hardware says about an exit (SDM 25.9)
 * @reason: exit reason
 * @qualification: exit qualification
 * @gpa: guest physical address
 * @gla: guest linear address
 * @rip: the instruction
 * @intr_info: interruption information
 * @intr_error: its error code
 * @idt_info: event whose delivery the exit interrupted
 * @idt_error: its error code
 * @insn_len: length of the instruction, for exits that are about one
 * @insn_info: instruction information
 * @insn_info_valid: @insn_info is valid for INS and OUTS (IA32_VMX_BASIC bit 54)
 */
struct vmx_exit_fields {
	u64 reason;
	u64 qualification;
	u64 gpa;
	u64 gla;
	u64 rip;
	u64 intr_info;
	u64 intr_error;
	u64 idt_info;
	u64 idt_error;
	u64 insn_len;
	u64 insn_info;
	bool insn_info_valid;
};

/**
 * struct vmx_reason - what an exit reason stands for
 * @kind: enum x86_exit_kind
 * @fields: VMX_HAS_*: what the hardware says of such an exit
 */
struct vmx_reason {
	u8 kind;
	u8 fields;
};

#define VMX_HAS_INSN_LEN	BIT(0)
#define VMX_HAS_QUALIFICATION	BIT(1)
#define VMX_HAS_INSN_INFO	BIT(2)
#define VMX_HAS_INTR_INFO	BIT(3)
#define VMX_HAS_IDT_INFO	BIT(4)
#define VMX_HAS_GPA		BIT(5)
#define VMX_HAS_GLA		BIT(6)
#define VMX_HAS_ALL		GENMASK(6, 0)

/**
 * struct vmx_guest - guest-state area of the VMCS (SDM 25.4), as a plain structure
 * @segs: segment registers and tables; @segs.*.attr are access rights
 * @cr0: in the hardware
 * @cr0_shadow: what the guest reads of the bits that are not its own
 * @cr3: control register
 * @cr4: in the hardware
 * @cr4_shadow: as @cr0_shadow
 * @efer: IA32_EFER
 * @pdpte: page-directory-pointer entries of PAE paging
 * @dr7: debug control
 * @debugctl: IA32_DEBUGCTL
 * @sysenter_cs: IA32_SYSENTER_CS
 * @sysenter_esp: IA32_SYSENTER_ESP
 * @sysenter_eip: IA32_SYSENTER_EIP
 * @rip: instruction pointer
 * @rsp: stack pointer
 * @rflags: flags
 * @pending_debug: debug exceptions not yet delivered
 * @link: VMCS link pointer
 * @interruptibility: GUEST_INTR_STATE_*
 * @activity: GUEST_ACTIVITY_*
 */
struct vmx_guest {
	struct axvcpu_x86_segments segs;
	u64 cr0, cr0_shadow;
	u64 cr3;
	u64 cr4, cr4_shadow;
	u64 efer;
	u64 pdpte[4];
	u64 dr7;
	u64 debugctl;
	u64 sysenter_cs, sysenter_esp, sysenter_eip;
	u64 rip, rsp, rflags;
	u64 pending_debug;
	u64 link;
	u32 interruptibility;
	u32 activity;
};

/**
 * struct vmx_control - control fields of the VMCS (SDM 25.6 to 25.8)
 * @pin: pin-based controls
 * @cpu: primary processor-based controls
 * @cpu2: secondary processor-based controls
 * @exit: VM-exit controls
 * @entry: VM-entry controls
 * @exceptions: exception bitmap
 * @event: VM-entry interruption information
 * @event_error: its error code
 * @event_len: its instruction length
 * @vpid: virtual-processor identifier; 0: none
 * @eptp: EPT pointer
 * @tsc_offset: guest TSC minus host TSC
 * @msr_bitmap: where the MSR bitmap is
 * @cr0_mask: bits of CR0 that are not the guest's own
 * @cr4_mask: bits of CR4 that are not the guest's own
 */
struct vmx_control {
	u32 pin, cpu, cpu2, exit, entry;
	u32 exceptions;
	u32 event, event_error, event_len;
	u32 vpid;
	u64 eptp;
	u64 tsc_offset;
	u64 msr_bitmap;
	u64 cr0_mask, cr4_mask;
};

/* Parts of struct vmx_guest that are read and written together. */
#define VMX_PART_SEGS		BIT(0)
#define VMX_PART_MODE		BIT(1)	/* rights of CS and SS, EFER: to read alone */
#define VMX_PART_CR		BIT(2)	/* CR0, CR3, CR4, EFER */
#define VMX_PART_PDPTE		BIT(3)
#define VMX_PART_DR7		BIT(4)
#define VMX_PART_SYSENTER	BIT(5)
#define VMX_PART_ALL		GENMASK(5, 0)

/* What SYSCALL uses. */
enum vmx_syscall_msr {
	VMX_STAR,
	VMX_LSTAR,
	VMX_CSTAR,
	VMX_SFMASK,
	VMX_NR_SYSCALL_MSRS,
};

/**
 * struct vmx_host - host state that VM exits do not bring back as it was
 * @fs_base: base of FS, the user's, which they do: as the VMCS has it
 * @kernel_gs_base: base of GS, the user's
 * @ldt: selector; an interrupt may change it from null, and its descriptor any time
 * @selectors: one of the following is not null
 * @ds: selector
 * @es: selector
 * @fs: selector
 * @gs: selector, the user's
 * @gdt: this CPU's
 * @syscall: see enum vmx_syscall_msr
 */
struct vmx_host {
	u64 fs_base;
	u64 kernel_gs_base;
	u16 ldt;
	bool selectors;
	u16 ds, es, fs, gs;
	struct desc_ptr gdt;
	u64 syscall[VMX_NR_SYSCALL_MSRS];
};

/**
 * struct vmx_vcpu - the backend's part of a vCPU
 * @x: the part shared with the other vendor; first
 * @vmcs: its page
 * @vmcs_pa: where it is
 * @cpu: CPU it last ran on; -1: none
 * @entry_flags: X86_ENTRY_*
 * @host_ran: since the last entry more of the host has run than handlers of exits
 * @fresh: no field but the guest's has been written yet
 * @guest: the guest's state; a part is what the guest has if it is in @valid
 * @valid: VMX_PART_* parts of @guest that are not older than the VMCS
 * @dirty: VMX_PART_* parts of @guest that are newer than the VMCS
 * @kept: VMX_PART_* parts of @guest that the guest cannot change
 * @rights: takes a segment's access rights, which are 32 bits wide, from the VMCS
 * @hw: RSP, RFLAGS, interruptibility, pending debug exceptions as the VMCS has them
 * @hw.rsp: stack pointer
 * @hw.rflags: flags
 * @hw.pending_debug: pending debug exceptions
 * @hw.interruptibility: interruptibility
 * @ctl: control fields as wanted
 * @ctl_hw: control fields as the VMCS has them
 * @stale: something has changed that @ctl follows from, or @ctl itself, otherwise than by
 *	an event on its way
 * @debugged: x86_debugged(), unless @stale
 * @host_cr3: as the VMCS has it
 * @host_cr4: as the VMCS has it
 * @host_rsp: as the VMCS has it
 * @host: see struct vmx_host
 * @kernel_gs_base: guest's; in the hardware while entered
 * @syscall: guest's; in the hardware if @syscall_loaded
 * @syscall_loaded: entered with EFER.SCE set
 * @pat: guest's IA32_PAT, which does nothing
 * @cr2: guest's CR2
 * @cr8: guest's task priority
 * @dr6: guest's DR6
 * @pdpte_stale: @guest.pdpte are to be read from the guest's memory
 * @flush_guest: the guest's own translations are to be flushed
 * @timer_end: TSC when the preemption timer is to end the guest
 * @tf_added: if @debugged: RFLAGS.TF is set in the hardware and not in the guest's view
 * @error: of an entry that failed: VM-instruction error, or 0 if there was an exit
 * @fields: the last exit as the hardware tells it
 */
struct vmx_vcpu {
	struct x86_vcpu x;
	void *vmcs;
	u64 vmcs_pa;
	int cpu;
	u32 entry_flags;
	bool host_ran;
	bool fresh;
	struct vmx_guest guest;
	u32 valid;
	u32 dirty;
	u32 kept;
	u64 rights;
	struct {
		u64 rsp, rflags, pending_debug;
		u64 interruptibility;
	} hw;
	struct vmx_control ctl, ctl_hw;
	bool stale;
	bool debugged;
	u64 host_cr3, host_cr4, host_rsp;
	struct vmx_host host;
	u64 kernel_gs_base;
	u64 syscall[VMX_NR_SYSCALL_MSRS];
	bool syscall_loaded;
	u64 pat;
	u64 cr2;
	u64 cr8;
	u32 dr6;
	bool pdpte_stale;
	bool flush_guest;
	u64 timer_end;
	bool tf_added;
	u32 error;
	struct vmx_exit_fields fields;
};

static inline struct vmx_vcpu *to_vmx(struct axvcpu_vcpu *vcpu)
{
	return container_of(to_x86(vcpu), struct vmx_vcpu, x);
}

/**
 * struct vmx_cpu - what a physical CPU has
 * @vmxon: page that VMXON uses
 * @current_pa: address of the current VMCS; ~0: none
 * @last_vm: number of the VM that ran here last
 * @lost: an instruction on the current VMCS failed
 */
struct vmx_cpu {
	struct page *vmxon;
	u64 current_pa;
	u32 last_vm;
	bool lost;
};

DECLARE_PER_CPU(struct vmx_cpu, vmx_cpu);

/**
 * struct vmx_caps - what this machine's VMX has; fixed after init
 * @basic: IA32_VMX_BASIC
 * @misc: IA32_VMX_MISC
 * @ept_vpid: IA32_VMX_EPT_VPID_CAP
 * @cr0_fixed0: bits of CR0 that are 1 in VMX operation
 * @cr0_fixed1: bits of CR0 that may be 1
 * @cr4_fixed0: the same of CR4
 * @cr4_fixed1: the same of CR4
 * @ctl: controls that every vCPU has; the bits that must be 1 are in it
 * @allowed: controls that may be 1
 * @features: AXVCPU_FEATURE_* that the backend uses
 */
struct vmx_caps {
	u64 basic, misc, ept_vpid;
	u64 cr0_fixed0, cr0_fixed1;
	u64 cr4_fixed0, cr4_fixed1;
	struct vmx_control ctl, allowed;
	u64 features;
};

extern struct vmx_caps vmx_caps;
/* Its MSR bitmaps: for guests that have not written IA32_SPEC_CTRL, and that have. */
extern u64 vmx_msr_bitmap_pa[2];

static inline bool vmx_has(u64 feature)
{
	return vmx_caps.features & feature;
}

#endif /* AXVCPU_X86_VMX_VMX_H */
