/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a backend gives the core, and what the core gives a backend.
 *
 * A backend holds no policy: the core decides when to enter, what to do about a
 * fault, when to wait, who may call. It never touches a vCPU without the claim,
 * except in check_event, unload and has_wakeup as said there.
 */
#ifndef AXVCPU_OPS_H
#define AXVCPU_OPS_H

#include "object.h"

/**
 * enum axvcpu_next - what the core does after an exit
 * @AXVCPU_NEXT_RESUME: handled; enter again
 * @AXVCPU_NEXT_EXIT: @run->out has payload and raw block, axvcpu_exit() the
 *	reason; leave RUN
 * @AXVCPU_NEXT_FAULT: @vcpu->fault is a second-stage fault: serve it, or ask
 *	the backend's explain_fault() what to tell the VMM
 * @AXVCPU_NEXT_SLOW: call the backend's complete() where it may sleep
 * @AXVCPU_NEXT_HALT: the guest halted; wait, or exit HALT
 * @AXVCPU_NEXT_USER: the kernel has something to do to the thread on its way to user
 *	mode, which a guest must not put off: leave RUN with -EINTR
 * @AXVCPU_NEXT_FAIL: the host side failed and axvcpu_vcpu_fail() was called;
 *	the vCPU becomes Invalid
 */
enum axvcpu_next {
	AXVCPU_NEXT_RESUME,
	AXVCPU_NEXT_EXIT,
	AXVCPU_NEXT_FAULT,
	AXVCPU_NEXT_SLOW,
	AXVCPU_NEXT_HALT,
	AXVCPU_NEXT_USER,
	AXVCPU_NEXT_FAIL,
};

/**
 * struct axvcpu_state_group - one group of GET_STATE and SET_STATE
 * @id: AXVCPU_GROUP_*
 * @size: bytes of data now, for this vCPU
 * @get: write @size bytes to @data; may sleep
 * @check: can @data be set? 0 or -EINVAL; changes nothing; may sleep
 * @set: take @data, which @check accepted; cannot fail; may sleep
 *
 * @data is kernel memory, aligned to 8. @len is what the user gave for set, and
 * @size for get.
 */
struct axvcpu_state_group {
	u32 id;
	u32 (*size)(struct axvcpu_vcpu *vcpu);
	void (*get)(struct axvcpu_vcpu *vcpu, void *data);
	int (*check)(struct axvcpu_vcpu *vcpu, const void *data, u32 len);
	void (*set)(struct axvcpu_vcpu *vcpu, const void *data, u32 len);
};

#define AXVCPU_MAX_ARCH_CAPS	8

/**
 * struct axvcpu_arch_ops - a backend
 *
 * Members marked optional may be NULL: there is nothing to do then.
 *
 * @name: as GET_INFO and the kernel log name it
 * @backend: AXVCPU_BACKEND_*
 * @pt: format of its second-stage table
 * @regs_size: bytes of the run page's register block that are registers
 * @groups: state groups besides the core's, ends with id 0
 *
 * The host. At load and unload, any CPU, may sleep:
 * @init: -ENODEV with one log line saying what is missing, -EBUSY with one naming the
 *	owner and the remedy
 * @fini: reverses @init
 * @info: adds features, missing features, gpa_bits, mitigations to @info
 * @caps: write up to AXVCPU_MAX_ARCH_CAPS capabilities, return how many
 * @max_guest_page_table_levels: levels of the guest's own page tables
 *
 * The host, one CPU. Interrupts off, on the CPU it is about:
 * @is_enabled: is hardware virtualization on, by whoever? The core asks before it calls
 *	@hardware_enable
 * @hardware_enable: turn it on; -EBUSY if somebody else has it and @is_enabled could not
 *	tell
 * @hardware_disable: turn it off; no vCPU is loaded here any more
 *
 * A VM. May sleep:
 * @vm_create: optional: make @vm->arch; the second-stage table is there
 * @vm_destroy: optional: reverses it; no vCPU is left
 * @read_counter: the host's counter behind the guest's; any context
 * @counter_hz: its rate; 0 if not known
 *
 * The life of a vCPU. May sleep, the claim is held:
 * @create: make @vcpu->arch on node @vcpu->fixed.node, registers at reset
 * @destroy: reverses it; the vCPU is not loaded anywhere
 * @reset: registers, activity and the run page's register block to their reset
 *	values; CPUID and the like as created
 * @set_entry: PC at guest physical @entry as struct axvcpu_setup says; -EINVAL
 * @set_stage2_root: use the table at @root
 * @setup: optional: the rest of set-up
 * @bind: optional: the owner is set; may refuse it
 * @unbind: optional: the owner is gone; the vCPU is unloaded already
 *
 * RUN, in the order of a round; the claim is held:
 * @read_regs: take registers from the run page; once per RUN
 * @load: make the hardware state resident on this CPU; interrupts off
 * @unload: optional: the reverse, on the CPU where it is resident, interrupts off;
 *	without the claim when another CPU asks for it
 * @enter: guest FPU, debug registers and syscall MSRs in; preemption off,
 *	interrupts on. The core pairs it with @leave in the same preemption-off
 *	section.
 * @ends_budget: optional: does @enter see to it that the guest ends at
 *	@vcpu->deadline, and @handle_exit set @vcpu->expired then? Otherwise a timer
 *	of the kernel does
 * @run: interrupts off, loaded, entered, @in_guest published: queue what events
 *	can be delivered, flush if @vcpu->flush, switch, return after the exit,
 *	still with interrupts off. 0, or an error after axvcpu_vcpu_fail()
 * @handle_exit: decode the exit of @run; preemption off, interrupts on
 * @leave: the host's back in; reverses @enter
 * @complete: after AXVCPU_NEXT_SLOW: not entered, may sleep, @vm->mm is
 *	current; returns any enum axvcpu_next but FAULT and SLOW
 * @explain_fault: @vcpu->fault could not be served, with @error (0: no region is there):
 *	tell the VMM what the guest wanted, as MMIO_READ, MMIO_WRITE or
 *	NESTED_PAGE_FAULT; in the context of @complete
 * @fill_raw: raw block for an exit that is not the hardware's: kick, deadline
 * @has_wakeup: would a pending event end the guest's halt? The owner, in its wait
 * @irq_window: could the guest take an interrupt now? The owner, not entered
 * @write_regs: give registers back to the run page; once per RUN
 *
 * State and events. May sleep, the claim is held, but for @check_event:
 * @set_gpr: general register @reg; -EINVAL
 * @set_return_value: the hypercall result register
 * @set_pc: PC in the run page's register block; REFUSE uses it
 * @check_event: is @event one that this architecture has? 0 or -EINVAL. Any thread, no
 *	claim; it touches nothing of a vCPU
 * @get_events: add nmi_blocked and irq_shadow to AXVCPU_GROUP_EVENTS
 * @set_events: the reverse; checked
 * @set_debug: @vcpu->debug is about to become @debug: check it, take it
 * @translate: walk the guest's tables; -EFAULT, -EIO
 * @ioctl: architecture's commands, number from AXVCPU_IOC_ARCH; exactly one of
 *	@vm and @vcpu is set, or none for /dev/axvcpu; -ENOTTY. The claim is not
 *	held: it takes what it needs by axvcpu_vcpu_claim()
 */
struct axvcpu_arch_ops {
	const char *name;
	u32 backend;
	const struct axvcpu_pt_format *pt;
	u32 regs_size;
	const struct axvcpu_state_group *groups;

	int (*init)(void);
	void (*fini)(void);
	void (*info)(struct axvcpu_info *info);
	unsigned int (*caps)(struct axvcpu_cap *caps);
	unsigned int (*max_guest_page_table_levels)(void);

	bool (*is_enabled)(void);
	int (*hardware_enable)(void);
	void (*hardware_disable)(void);

	int (*vm_create)(struct axvcpu_vm *vm);
	void (*vm_destroy)(struct axvcpu_vm *vm);
	u64 (*read_counter)(void);
	u64 (*counter_hz)(void);

	int (*create)(struct axvcpu_vcpu *vcpu);
	void (*destroy)(struct axvcpu_vcpu *vcpu);
	void (*reset)(struct axvcpu_vcpu *vcpu);
	int (*set_entry)(struct axvcpu_vcpu *vcpu, u64 entry);
	int (*set_stage2_root)(struct axvcpu_vcpu *vcpu, phys_addr_t root);
	int (*setup)(struct axvcpu_vcpu *vcpu);
	int (*bind)(struct axvcpu_vcpu *vcpu);
	void (*unbind)(struct axvcpu_vcpu *vcpu);

	void (*read_regs)(struct axvcpu_vcpu *vcpu);
	int (*load)(struct axvcpu_vcpu *vcpu);
	void (*unload)(struct axvcpu_vcpu *vcpu);
	void (*enter)(struct axvcpu_vcpu *vcpu);
	bool (*ends_budget)(void);
	int (*run)(struct axvcpu_vcpu *vcpu);
	enum axvcpu_next (*handle_exit)(struct axvcpu_vcpu *vcpu);
	void (*leave)(struct axvcpu_vcpu *vcpu);
	enum axvcpu_next (*complete)(struct axvcpu_vcpu *vcpu);
	enum axvcpu_next (*explain_fault)(struct axvcpu_vcpu *vcpu, int error);
	void (*fill_raw)(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw);
	bool (*has_wakeup)(struct axvcpu_vcpu *vcpu);
	bool (*irq_window)(struct axvcpu_vcpu *vcpu);
	void (*write_regs)(struct axvcpu_vcpu *vcpu);

	int (*set_gpr)(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value);
	void (*set_return_value)(struct axvcpu_vcpu *vcpu, u64 value);
	void (*set_pc)(struct axvcpu_vcpu *vcpu, u64 pc);
	int (*check_event)(const struct axvcpu_inject *event);
	void (*get_events)(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events);
	void (*set_events)(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events);
	int (*set_debug)(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug);
	int (*translate)(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr);
	long (*ioctl)(struct axvcpu_vm *vm, struct axvcpu_vcpu *vcpu,
		      unsigned int nr, unsigned long arg);
};

/* The backends of this architecture, best first, NULL last. arch/ gives it. */
extern const struct axvcpu_arch_ops *const axvcpu_arch_backends[];

/* What the core gives a backend. */

/**
 * axvcpu_exit() - leave RUN; the core writes the reason to the run page
 * @vcpu: claimed by the caller; payload and raw block are written
 * @reason: AXVCPU_EXIT_*
 *
 * Return: AXVCPU_NEXT_EXIT.
 */
static inline enum axvcpu_next axvcpu_exit(struct axvcpu_vcpu *vcpu, u32 reason)
{
	vcpu->reason = reason;
	return AXVCPU_NEXT_EXIT;
}

/* state.c: claim the word in any of the states in the mask (1 << state) */
int axvcpu_vcpu_claim(struct axvcpu_vcpu *vcpu, u32 states);
void axvcpu_vcpu_release(struct axvcpu_vcpu *vcpu);
void axvcpu_vcpu_fail(struct axvcpu_vcpu *vcpu, int error, u64 raw0, u64 raw1,
		      const char *call, const char *text);

/* the instruction at @pc has been completed for the VMM: REFUSE may undo it */
static inline void axvcpu_vcpu_refusable(struct axvcpu_vcpu *vcpu, u64 pc)
{
	vcpu->refuse_pc = pc;
	vcpu->refusable = true;
}

/**
 * axvcpu_is_hole() - is this where the last fault found no region, and none has come since?
 * @vcpu: claimed by the caller
 * @gpa: guest physical address
 *
 * A device's registers are mostly on one page.
 */
static inline bool axvcpu_is_hole(const struct axvcpu_vcpu *vcpu, u64 gpa)
{
	return (gpa & PAGE_MASK) == vcpu->hole &&
	       vcpu->hole_mapped == READ_ONCE(vcpu->vm->mem.mapped);
}

/* vm.c: what the host's counter has lost while the system slept */
extern u64 axvcpu_counter_lost;

/**
 * axvcpu_counter_offset() - guest counter minus what the backend's read_counter() says
 * @vm: any VM
 *
 * Context: any. It changes by VM_SET_TIME, and while the system sleeps.
 */
static inline u64 axvcpu_counter_offset(const struct axvcpu_vm *vm)
{
	return READ_ONCE(vm->counter_offset) + READ_ONCE(axvcpu_counter_lost);
}

/* percpu.c: out of the hardware of the CPU that has it, if any; interrupts on */
void axvcpu_percpu_unload(struct axvcpu_vcpu *vcpu);

/* event.c: any context */
int axvcpu_event_irq_highest(struct axvcpu_vcpu *vcpu);
void axvcpu_event_irq_take(struct axvcpu_vcpu *vcpu, int vector);
void axvcpu_event_irq_put(struct axvcpu_vcpu *vcpu, int vector);
bool axvcpu_event_nmi_take(struct axvcpu_vcpu *vcpu);
void axvcpu_event_nmi_put(struct axvcpu_vcpu *vcpu);
bool axvcpu_event_exception_take(struct axvcpu_vcpu *vcpu,
				 struct axvcpu_inject *event);
int axvcpu_event_exception_put(struct axvcpu_vcpu *vcpu,
			       const struct axvcpu_inject *event);

/* does anything wait? Mostly not, and then nothing else of this need be asked */
static inline bool axvcpu_event_any(const struct axvcpu_vcpu *vcpu)
{
	return READ_ONCE(vcpu->events.pending);
}

/* what is pending, for the raw block: AXVCPU_EV_*_PENDING */
static inline u32 axvcpu_event_flags(const struct axvcpu_vcpu *vcpu)
{
	unsigned long pending = READ_ONCE(vcpu->events.pending);
	u32 flags = 0;

	if (!pending)
		return 0;
	if (pending & BIT(AXVCPU_PENDING_IRQ))
		flags |= AXVCPU_EV_IRQ_PENDING;
	if (pending & BIT(AXVCPU_PENDING_NMI))
		flags |= AXVCPU_EV_NMI_PENDING;
	if (pending & BIT(AXVCPU_PENDING_EXCEPTION))
		flags |= AXVCPU_EV_EXC_PENDING;
	return flags;
}

/* the vector to deliver next, -1 if there is none */
static inline int axvcpu_event_irq_peek(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_event_any(vcpu) ? axvcpu_event_irq_highest(vcpu) : -1;
}

/* guest.c: the format's clean() for all memory the guest has; may sleep; 0, -EINTR */
int axvcpu_memory_clean(struct axvcpu_vm *vm);

/* uarg.c: arguments from userspace; may sleep */
int axvcpu_uarg_get(void *to, size_t size, unsigned long arg);
int axvcpu_uarg_put(unsigned long arg, const void *from, size_t size);
int axvcpu_uarg_array_put(unsigned long arg, const void *table, u32 count,
			  size_t entry);

#endif /* AXVCPU_OPS_H */
