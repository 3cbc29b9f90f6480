/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two objects: struct axvcpu_vm and struct axvcpu_vcpu.
 *
 * A vCPU's members belong to whoever holds the claim on its state word (see
 * state.h), except where a comment says otherwise.
 */
#ifndef AXVCPU_OBJECT_H
#define AXVCPU_OBJECT_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcuwait.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/axvcpu.h>

#include "memory.h"

#define AXVCPU_MAX_VCPUS	256
#define AXVCPU_NR_VECTORS	256

struct axvcpu_user;
struct axvcpu_vcpu;

/**
 * struct axvcpu_vm - an address space and its vCPUs
 * @refs: one for the fd, one for each vCPU
 * @id: number on this system, never reused while the module is loaded
 * @mm: the only address space that may use it; holds mm_count
 * @user: whose limit it counts against
 * @link: in the list of all VMs
 * @lock: guards @vcpus
 * @vcpus: by vCPU id
 * @nr_vcpus: how many of them are there
 * @mem: guest memory and the second-stage table
 * @counter_offset: see axvcpu_counter_offset(); without what the host's counter has lost
 * @arch: the backend's part
 */
struct axvcpu_vm {
	refcount_t refs;
	u32 id;
	struct mm_struct *mm;
	struct axvcpu_user *user;
	struct list_head link;
	struct mutex lock;	/* vcpus, nr_vcpus */
	struct axvcpu_vcpu *vcpus[AXVCPU_MAX_VCPUS];
	unsigned int nr_vcpus;
	struct axvcpu_memory mem;
	u64 counter_offset;
	void *arch;
};

/**
 * struct axvcpu_vcpu_const - fixed at create; readable without a lock
 * @id: number in the VM
 * @vm_id: number of the VM
 * @favor_phys_cpu: CPU whose node its memory comes from, or AXVCPU_NO_CPU
 * @node: that node, or NUMA_NO_NODE
 * @phys_cpu_set: CPUs it may run on
 */
struct axvcpu_vcpu_const {
	u32 id;
	u32 vm_id;
	u32 favor_phys_cpu;
	int node;
	cpumask_var_t phys_cpu_set;
};

/* Bits of struct axvcpu_events.pending. */
enum axvcpu_pending {
	AXVCPU_PENDING_IRQ,
	AXVCPU_PENDING_NMI,
	AXVCPU_PENDING_EXCEPTION,
};

/**
 * struct axvcpu_events - what waits for delivery; any thread may add
 * @pending: summary, one bit for each enum axvcpu_pending
 * @irq: pending vectors
 * @lock: guards @exception and its bit; taken with interrupts off, too
 * @exception: the one pending exception
 */
struct axvcpu_events {
	unsigned long pending;
	DECLARE_BITMAP(irq, AXVCPU_NR_VECTORS);
	raw_spinlock_t lock;	/* exception */
	struct axvcpu_inject exception;
};

/**
 * struct axvcpu_fault - a second-stage fault, from the backend to the core
 * @gpa: guest physical address, not aligned
 * @access: AXVCPU_ACCESS_*
 */
struct axvcpu_fault {
	u64 gpa;
	u32 access;
};

/**
 * struct axvcpu_counters - what GET_STATS shows
 * @exit: exits from RUN by reason
 * @handled: exits handled in the kernel by kind
 * @event: everything else
 *
 * Written by the claim's holder alone; others read them racily.
 */
struct axvcpu_counters {
	u64 exit[AXVCPU_EXIT_NR];
	u64 handled[AXVCPU_STAT_HANDLED_NR];
	u64 event[AXVCPU_STAT_EVENT_NR];
};

/**
 * struct axvcpu_fail - what GET_FAILURE shows
 * @error: errno, positive; 0: nothing has failed
 * @raw: what the hardware said
 * @call: the backend's call that failed; a constant
 * @text: the failure in words; a constant
 */
struct axvcpu_fail {
	u32 error;
	u64 raw[2];
	const char *call;
	const char *text;
};

/**
 * struct axvcpu_vcpu - a virtual CPU
 * @vm: its VM; holds a reference
 * @fixed: what never changes
 * @state: state word: AXVCPU_STATE_* and AXVCPU_CLAIMED, see state.h
 * @activity: AXVCPU_ACTIVITY_*; any thread may read it
 * @arch: the backend's part
 * @run: the run page. The kernel reads @run->in and the registers once at
 *	entry, writes @run->out and the registers once, and reads nothing back.
 * @owner: the thread that called BIND, with a reference; anyone may compare it
 * @owner_lock: guards @owner against those who look into it
 * @in_guest: 1 in RUN's window, where the guest is entered over and over: from before
 *	the first look for work on; any thread may read it
 * @cpu: CPU it runs or last ran on; any thread may read it
 * @loaded: CPU whose hardware holds its state, -1: none
 * @loaded_link: in that CPU's list; guarded by interrupts off on that CPU
 * @wait: where RUN, the only one who does, waits while Blocked
 * @events: what waits for delivery
 * @tlb_gen: generation of the second-stage table its TLB entries are from
 * @flush: the next entry must flush this vCPU's second-stage TLB entries
 * @fault: valid after AXVCPU_NEXT_FAULT
 * @hole: page where the last fault found no region
 * @hole_mapped: the memory's count of regions that came, before that
 * @fresh: faults in a row whose page the host did not have at hand
 * @flags: AXVCPU_RUN_* of this RUN
 * @reason: AXVCPU_EXIT_* of this RUN, once it is known
 * @deadline: when this RUN's budget ends, ktime; KTIME_MAX: never
 * @budget: ends guest execution at @deadline, if the backend does not
 * @expired: @budget has fired, or the backend has seen @deadline pass
 * @refuse_pc: PC that REFUSE rewinds to
 * @refusable: REFUSE is allowed
 * @debug: what SET_DEBUG asked for
 * @failed: the host side of the backend failed; becomes or is Invalid
 * @failure: how
 * @cache: pages for the second-stage table
 * @count: counters
 * @kicks: the one counter that any thread adds to
 */
struct axvcpu_vcpu {
	struct axvcpu_vm *vm;
	struct axvcpu_vcpu_const fixed;
	atomic_t state;
	u32 activity;
	void *arch;
	struct axvcpu_run *run;
	struct task_struct *owner;
	spinlock_t owner_lock;	/* what owner points to */
	int in_guest;
	int cpu;
	int loaded;
	struct list_head loaded_link;
	struct rcuwait wait;
	struct axvcpu_events events;
	u64 tlb_gen;
	bool flush;
	struct axvcpu_fault fault;
	u64 hole;
	u64 hole_mapped;
	u32 fresh;
	u32 flags;
	u32 reason;
	ktime_t deadline;
	struct hrtimer budget;
	bool expired;
	u64 refuse_pc;
	bool refusable;
	struct axvcpu_debug debug;
	bool failed;
	struct axvcpu_fail failure;
	struct axvcpu_pt_cache cache;
	struct axvcpu_counters count;
	atomic64_t kicks;
};

static inline void axvcpu_count_handled(struct axvcpu_vcpu *vcpu, u32 id)
{
	vcpu->count.handled[id - AXVCPU_STAT_HANDLED]++;
}

static inline void axvcpu_count_event(struct axvcpu_vcpu *vcpu, u32 id)
{
	vcpu->count.event[id - AXVCPU_STAT_EVENT]++;
}

#endif /* AXVCPU_OBJECT_H */
