/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fake backend: a guest that is a list of steps, calls that fail on demand,
 * and a watch on what the core promises a backend.
 */
#ifndef AXVCPU_FAKE_H
#define AXVCPU_FAKE_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "../core/ops.h"

#define FAKE_ENTRY_MAX		0x100000	/* set_entry refuses more */
#define FAKE_NR_EXCEPTIONS	32
#define FAKE_NR_GPRS		16
#define FAKE_REG_PC		16		/* in the run page's registers */
#define FAKE_INSN_LEN		4		/* bytes of every instruction */
#define FAKE_HZ			1000000000ULL
#define FAKE_LOST_MS		50
#define FAKE_LOG_SIZE		256
#define FAKE_TLB_SIZE		64
#define FAKE_GROUP		AXVCPU_GROUP_ARCH

/* What an exit leaves in the run page, and a failure in GET_FAILURE. */
#define FAKE_PAYLOAD		0xfa4e0001ULL
#define FAKE_RAW_REASON		0xfa4e0002ULL
#define FAKE_FAIL_RAW0		0xfa4e0003ULL
#define FAKE_FAIL_RAW1		0xfa4e0004ULL
#define FAKE_FAIL_TEXT		"the fake was asked to fail"

/* The operations that can be counted, and failed where they return an error. */
enum fake_call {
	FAKE_HARDWARE_ENABLE,
	FAKE_HARDWARE_DISABLE,
	FAKE_VM_CREATE,
	FAKE_VM_DESTROY,
	FAKE_CREATE,
	FAKE_DESTROY,
	FAKE_RESET,
	FAKE_SET_ENTRY,
	FAKE_SET_STAGE2_ROOT,
	FAKE_SETUP,
	FAKE_BIND,
	FAKE_UNBIND,
	FAKE_LOAD,
	FAKE_UNLOAD,
	FAKE_ENTER,
	FAKE_LEAVE,
	FAKE_READ_REGS,
	FAKE_WRITE_REGS,
	FAKE_RUN,
	FAKE_HANDLE_EXIT,
	FAKE_COMPLETE,
	FAKE_EXPLAIN_FAULT,
	FAKE_FILL_RAW,
	FAKE_SET_GPR,
	FAKE_SET_RETURN_VALUE,
	FAKE_CHECK_EVENT,
	FAKE_SET_PC,
	FAKE_SET_DEBUG,
	FAKE_TRANSLATE,
	FAKE_NR
};

/**
 * enum fake_act - what the guest does in one step
 * @FAKE_EXIT: exits; handle_exit returns @next
 * @FAKE_TOUCH: accesses @gpa through its TLB until that works; costs no exit of
 *	its own
 * @FAKE_SPIN: stays in the guest until this CPU gets an inter-processor
 *	interrupt, or is wanted by another thread, or a second is over; no
 *	interrupt within FAKE_LOST_MS of fake_kick() counts in @fake.lost
 * @FAKE_SLICE: the same, and the timer's interrupt ends it too
 *
 * What ends FAKE_SPIN and FAKE_SLICE is a host interrupt's exit.
 */
enum fake_act {
	FAKE_EXIT,
	FAKE_TOUCH,
	FAKE_SPIN,
	FAKE_SLICE,
};

/**
 * struct fake_step - one step of a guest
 * @act: what it does
 * @next: FAKE_EXIT: what handle_exit tells the core
 * @complete: with AXVCPU_NEXT_SLOW: what complete() tells it
 * @reason: with AXVCPU_NEXT_EXIT, of either: AXVCPU_EXIT_*
 * @gpa: FAKE_TOUCH, or with AXVCPU_NEXT_FAULT: address
 * @access: AXVCPU_ACCESS_* of it
 * @hook: called inside run() at the start of the step, interrupts off
 * @repeat: how often it plays again before the next one
 */
struct fake_step {
	enum fake_act act;
	enum axvcpu_next next;
	enum axvcpu_next complete;
	u32 reason;
	u64 gpa;
	u32 access;
	void (*hook)(struct axvcpu_vcpu *vcpu);
	unsigned int repeat;
};

/**
 * struct fake_tlb_entry - what a TLB that forgets nothing by itself remembers
 * @page: guest page number
 * @pa: of the 4 KiB page
 * @access: AXVCPU_ACCESS_*; 0: nothing here
 */
struct fake_tlb_entry {
	u64 page;
	u64 pa;
	u32 access;
};

/**
 * struct fake_vcpu - the backend's part of a vCPU
 * @vcpu: the core's object
 * @script: what the guest does, over and over; fake_play() sets it
 * @steps: how many steps that are
 * @at: the one it is at
 * @played: how often that one has played already
 * @tlb: its second-stage TLB, by page number modulo the size
 * @root: second-stage root it was given
 * @entry: entry point it was given
 * @pc: where REFUSE set it
 * @gpr: general registers
 * @result: hypercall result
 * @event: its last delivered event, see fake_deliver()
 * @loaded: CPU it is resident on, -1: none
 * @setup_done: setup() succeeded since the last reset
 * @bound: bind() without unbind()
 * @entered: enter() without leave()
 * @has_regs: read_regs() without write_regs()
 * @open: interrupts are enabled in the guest
 * @nmi_blocked: it handles an NMI
 * @exit: the step it exited at
 * @kicked: fake_kick() has returned
 * @flushes: TLB flushes
 */
struct fake_vcpu {
	struct axvcpu_vcpu *vcpu;
	const struct fake_step *script;
	unsigned int steps;
	unsigned int at;
	unsigned int played;
	struct fake_tlb_entry tlb[FAKE_TLB_SIZE];
	phys_addr_t root;
	u64 entry;
	u64 pc;
	u64 gpr[FAKE_NR_GPRS];
	u64 result;
	struct axvcpu_inject event;
	int loaded;
	bool setup_done;
	bool bound;
	bool entered;
	bool has_regs;
	bool open;
	bool nmi_blocked;
	struct fake_step exit;
	bool kicked;
	unsigned long flushes;
};

/**
 * struct fake - what all the backend's users share
 * @count: calls by kind
 * @log: the first calls in order, enum fake_call
 * @logged: how many there were
 * @fail: which call fails next
 * @skip: calls of that kind that still succeed
 * @error: with which errno; 0: none fails
 * @fail_cpu: the CPU on which, -1: any
 * @host: it calls axvcpu_vcpu_fail() too; run() always does
 * @hook_call: before which call @hook is called, once
 * @hook: NULL: none
 * @hook_arg: for @hook
 * @broken: promises of the core that were broken
 * @breach: the first of them, in words
 * @lost: kicks that did not interrupt FAKE_SPIN
 * @vms: VMs alive
 * @vcpus: vCPUs alive
 * @loaded: vCPUs resident on a CPU
 * @ends_budget: what ends_budget() says; a hook does it
 * @somebody: is_enabled() says that hardware virtualization is on already
 * @counter_shift: read_counter() minus CLOCK_MONOTONIC
 */
struct fake {
	atomic_t count[FAKE_NR];
	u8 log[FAKE_LOG_SIZE];
	atomic_t logged;
	enum fake_call fail;
	atomic_t skip;
	int error;
	int fail_cpu;
	bool host;
	enum fake_call hook_call;
	void (*hook)(void *arg);
	void *hook_arg;
	atomic_t broken;
	const char *breach;
	atomic_t lost;
	atomic_t vms;
	atomic_t vcpus;
	atomic_t loaded;
	bool ends_budget;
	bool somebody;
	u64 counter_shift;
};

extern struct fake fake;
extern const struct axvcpu_arch_ops fake_ops;
extern const char *const fake_call_name[FAKE_NR];

static inline struct fake_vcpu *fake_of(struct axvcpu_vcpu *vcpu)
{
	return vcpu->arch;
}

static inline int fake_count(enum fake_call call)
{
	return atomic_read(&fake.count[call]);
}

/* Forget counts, log and failures; what is alive stays counted. */
void fake_forget(void);

/* The call of this kind after @skip others fails, once, with @error < 0. */
void fake_fail(enum fake_call call, unsigned int skip, int error);

/* Before the next call of this kind @hook(@arg) is called there, once. */
void fake_on(enum fake_call call, void (*hook)(void *arg), void *arg);

/* Where the @n-th call of this kind stands in the log, from 0; -1: not there. */
int fake_when(enum fake_call call, unsigned int n);

/**
 * struct fake_group - the backend's own state group
 * @root: second-stage root; set ignores it, and refuses ~0
 * @result: hypercall result
 */
struct fake_group {
	u64 root;
	u64 result;
};

/* Is every hardware_enable undone on all CPUs? */
bool fake_all_off(void);

/*
 * The guest plays @steps from the next entry on, from the first to the last and
 * over again; one of them exits. They must outlive the runs. None: hypercalls.
 */
void fake_play(struct axvcpu_vcpu *vcpu, const struct fake_step *steps, unsigned int n);

#define FAKE_PLAY(vcpu, steps)	fake_play(vcpu, steps, ARRAY_SIZE(steps))

/* axvcpu_vcpu_kick(), by the only thread that kicks; it is seen whether it works. */
void fake_kick(struct axvcpu_vcpu *vcpu);

/*
 * Translate as the hardware would: from the TLB if it has the page, from the
 * table otherwise, and then remember. 0 if @access is not allowed.
 */
phys_addr_t fake_translate(struct axvcpu_vcpu *vcpu, u64 gpa, u32 access);

/* Take the most urgent deliverable event, as a backend's run() does. */
void fake_deliver(struct axvcpu_vcpu *vcpu);

/* Steps of every guest. */
#define FAKE_STEP_HYPERCALL	{ .act = FAKE_EXIT, .next = AXVCPU_NEXT_EXIT, \
				  .reason = AXVCPU_EXIT_HYPERCALL }
#define FAKE_STEP_RESUME(n)	{ .act = FAKE_EXIT, .next = AXVCPU_NEXT_RESUME, \
				  .repeat = (n) - 1 }
#define FAKE_STEP_HALT		{ .act = FAKE_EXIT, .next = AXVCPU_NEXT_HALT }
#define FAKE_STEP_SPIN		{ .act = FAKE_SPIN, .next = AXVCPU_NEXT_RESUME }
#define FAKE_STEP_SLICE		{ .act = FAKE_SLICE, .next = AXVCPU_NEXT_RESUME }

#endif /* AXVCPU_FAKE_H */
