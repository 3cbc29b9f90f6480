/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: the device /dev/axvcpu from C and C++.
 *
 * A thin layer: every command of the device is one function here, every concept
 * of linux/axvcpu.h keeps its name, and a program may mix these calls with its
 * own ioctls on the file descriptors. On top of that: an exit loop with
 * callbacks, the completion of reads, and the completion of MMIO instructions
 * that the kernel hands over undecoded.
 *
 * Where nothing is said of the result of a function that returns int, it is 0 or a
 * negative errno: the device's own, unless said otherwise. Nothing here prints, exits
 * or aborts. Objects are not locked: calls on one vCPU belong to one thread, except
 * axvcpu_vcpu_kick, _inject*, _get_info and _get_stats, which any thread of the
 * process may make while the vCPU is open.
 */
#ifndef AXVCPU_H
#define AXVCPU_H

#include <stddef.h>
#include <stdint.h>

#include <linux/axvcpu.h>
#if defined(__x86_64__) || defined(__i386__)
#include <linux/axvcpu_x86.h>
#elif defined(__aarch64__)
#include <linux/axvcpu_arm64.h>
#else
#error "axvcpu has no backend for this architecture"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define AXVCPU_DEVICE	"/dev/axvcpu"

/**
 * struct axvcpu_vm - a virtual machine, made by axvcpu_vm_create()
 * @fd: its file descriptor; what follows is the library's
 */
struct axvcpu_vm {
	int fd;
};

/**
 * struct axvcpu_vcpu - a vCPU, made by axvcpu_vcpu_create()
 * @fd: its file descriptor
 * @id: its number in the VM
 * @run: its run page
 * @vm: the VM it belongs to; what follows is the library's
 */
struct axvcpu_vcpu {
	int fd;
	uint32_t id;
	struct axvcpu_run *run;
	struct axvcpu_vm *vm;
};

/* The device */

/**
 * axvcpu_open() - open the device
 * @path: its node; NULL: AXVCPU_DEVICE
 *
 * Return: a file descriptor, close-on-exec, for close(2); -ENOENT where the
 * module is not loaded, -EACCES without permission for the node.
 */
int axvcpu_open(const char *path);

/**
 * axvcpu_get_info() - GET_INFO
 * @dev: the device
 * @info: filled in
 */
int axvcpu_get_info(int dev, struct axvcpu_info *info);

/**
 * axvcpu_get_caps() - GET_CAPS
 * @dev: the device
 * @caps: filled in
 * @count: in: room at @caps; out: capabilities there are, also with -ENOSPC
 */
int axvcpu_get_caps(int dev, struct axvcpu_cap *caps, uint32_t *count);

/**
 * axvcpu_get_cap() - value of one capability
 * @dev: the device
 * @id: AXVCPU_CAP_*
 * @value: its value; 0 if the device does not list it
 */
int axvcpu_get_cap(int dev, uint32_t id, uint64_t *value);

/* The VM */

/**
 * axvcpu_vm_create() - CREATE_VM
 * @dev: the device; may be closed afterwards
 * @vm: the new VM, for axvcpu_vm_close()
 */
int axvcpu_vm_create(int dev, struct axvcpu_vm **vm);

/**
 * axvcpu_vm_close() - close a VM
 * @vm: the VM or NULL; its vCPUs are closed already
 */
void axvcpu_vm_close(struct axvcpu_vm *vm);

/**
 * axvcpu_vm_map() - VM_MAP
 * @vm: the VM
 * @gpa: first guest physical address, page aligned
 * @hva: this process's memory behind it, page aligned; stays the caller's and
 *	must stay mapped while the region exists
 * @len: bytes, page aligned
 * @flags: AXVCPU_ACCESS_* and AXVCPU_MAP_LOG_DIRTY
 */
int axvcpu_vm_map(struct axvcpu_vm *vm, uint64_t gpa, void *hva, uint64_t len, uint32_t flags);

/**
 * axvcpu_vm_unmap() - VM_UNMAP
 * @vm: the VM
 * @gpa: address of a region as mapped
 * @len: its length
 */
int axvcpu_vm_unmap(struct axvcpu_vm *vm, uint64_t gpa, uint64_t len);

/**
 * axvcpu_vm_protect() - VM_PROTECT
 * @vm: the VM
 * @gpa: address of a region as mapped
 * @len: its length
 * @flags: new AXVCPU_ACCESS_* and AXVCPU_MAP_LOG_DIRTY
 */
int axvcpu_vm_protect(struct axvcpu_vm *vm, uint64_t gpa, uint64_t len, uint32_t flags);

/**
 * axvcpu_vm_get_dirty() - VM_GET_DIRTY
 * @vm: the VM
 * @gpa: address of a region as mapped
 * @len: its length
 * @bitmap: one bit a page, in words of 64
 */
int axvcpu_vm_get_dirty(struct axvcpu_vm *vm, uint64_t gpa, uint64_t len, uint64_t *bitmap);

/**
 * axvcpu_vm_get_time() - VM_GET_TIME
 * @vm: the VM
 * @time: filled in
 */
int axvcpu_vm_get_time(struct axvcpu_vm *vm, struct axvcpu_time *time);

/**
 * axvcpu_vm_set_time() - VM_SET_TIME
 * @vm: the VM
 * @counter: guest counter
 * @boottime_ns: CLOCK_BOOTTIME at which it has that value
 */
int axvcpu_vm_set_time(struct axvcpu_vm *vm, uint64_t counter, uint64_t boottime_ns);

/**
 * axvcpu_vm_hva() - this process's address of guest memory
 * @vm: the VM
 * @gpa: guest physical address
 * @len: bytes
 * @access: AXVCPU_ACCESS_* that the region must allow; 0: any
 *
 * Knows what was mapped by axvcpu_vm_map().
 *
 * Return: the address, or NULL if no one region covers all of it.
 */
void *axvcpu_vm_hva(const struct axvcpu_vm *vm, uint64_t gpa, uint64_t len, uint32_t access);

/* The vCPU */

/**
 * axvcpu_vcpu_create() - VM_CREATE_VCPU on any CPU
 * @vm: the VM; outlives the vCPU
 * @id: number in the VM; 0 is the boot CPU
 * @vcpu: the new vCPU, for axvcpu_vcpu_close(); its run page is mapped
 */
int axvcpu_vcpu_create(struct axvcpu_vm *vm, uint32_t id, struct axvcpu_vcpu **vcpu);

/**
 * axvcpu_vcpu_create_on() - VM_CREATE_VCPU with placement
 * @vm: the VM; outlives the vCPU
 * @id: number in the VM
 * @favor_phys_cpu: the CPU it should run on, or AXVCPU_NO_CPU
 * @phys_cpu_set: CPUs it may run on, a mask as sched_setaffinity(2) takes it
 * @phys_cpu_set_size: its size in bytes; 0: any CPU
 * @vcpu: the new vCPU
 */
int axvcpu_vcpu_create_on(struct axvcpu_vm *vm, uint32_t id, uint32_t favor_phys_cpu,
			  const void *phys_cpu_set, size_t phys_cpu_set_size,
			  struct axvcpu_vcpu **vcpu);

/**
 * axvcpu_vcpu_close() - close a vCPU
 * @vcpu: the vCPU or NULL; in any state, and not inside RUN
 *
 * Restores the affinity that axvcpu_vcpu_bind() changed, if the calling thread
 * is the one that bound.
 */
void axvcpu_vcpu_close(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_setup() - SETUP, starting at the reset vector
 * @vcpu: the vCPU
 */
int axvcpu_vcpu_setup(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_setup_at() - SETUP with an entry point
 * @vcpu: the vCPU
 * @entry: guest physical address where the guest starts
 */
int axvcpu_vcpu_setup_at(struct axvcpu_vcpu *vcpu, uint64_t entry);

/**
 * axvcpu_vcpu_bind() - BIND the vCPU to the calling thread
 * @vcpu: the vCPU
 *
 * Moves the thread first: to favor_phys_cpu, if there is one, it is in
 * phys_cpu_set and the thread may run there; else to phys_cpu_set, if there is
 * one; else nowhere. A program that places its threads itself uses the ioctl
 * AXVCPU_BIND instead.
 *
 * Return: 0 or -errno; the thread's affinity is unchanged on an error.
 */
int axvcpu_vcpu_bind(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_unbind() - UNBIND
 * @vcpu: the vCPU
 *
 * Gives the thread the affinity it had before axvcpu_vcpu_bind().
 */
int axvcpu_vcpu_unbind(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_run() - RUN
 * @vcpu: the vCPU; @vcpu->run->out says what the guest did
 *
 * Return: 0 or -errno; -EINTR if a signal arrived.
 */
int axvcpu_vcpu_run(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_kick() - KICK: the next exit is STOPPED
 * @vcpu: the vCPU; any thread
 */
int axvcpu_vcpu_kick(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_reset() - RESET
 * @vcpu: the vCPU
 *
 * Restores the affinity as axvcpu_vcpu_unbind() does.
 */
int axvcpu_vcpu_reset(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_get_info() - VCPU_INFO
 * @vcpu: the vCPU; any thread
 * @info: filled in
 */
int axvcpu_vcpu_get_info(struct axvcpu_vcpu *vcpu, struct axvcpu_vcpu_info *info);

/**
 * axvcpu_vcpu_get_stats() - GET_STATS
 * @vcpu: the vCPU; any thread
 * @stats: filled in
 * @count: in: room at @stats; out: counters there are, also with -ENOSPC
 */
int axvcpu_vcpu_get_stats(struct axvcpu_vcpu *vcpu, struct axvcpu_stat *stats, uint32_t *count);

/**
 * axvcpu_vcpu_get_failure() - GET_FAILURE: why the vCPU is Invalid
 * @vcpu: the vCPU
 * @failure: filled in
 */
int axvcpu_vcpu_get_failure(struct axvcpu_vcpu *vcpu, struct axvcpu_failure *failure);

/* Events */

/**
 * axvcpu_vcpu_inject() - INJECT
 * @vcpu: the vCPU; any thread
 * @type: AXVCPU_INJECT_*
 * @vector: vector, INTID or exception class; NMI: 0
 * @flags: EXCEPTION: AXVCPU_EVENT_*
 * @error_code: with AXVCPU_EVENT_HAS_ERROR
 * @address: with AXVCPU_EVENT_HAS_ADDRESS
 */
int axvcpu_vcpu_inject(struct axvcpu_vcpu *vcpu, uint32_t type, uint32_t vector, uint32_t flags,
		       uint64_t error_code, uint64_t address);

/**
 * axvcpu_vcpu_inject_interrupt() - INJECT an external interrupt
 * @vcpu: the vCPU; any thread
 * @vector: vector or INTID
 */
int axvcpu_vcpu_inject_interrupt(struct axvcpu_vcpu *vcpu, uint32_t vector);

/**
 * axvcpu_vcpu_refuse() - REFUSE: fail the instruction of the last exit
 * @vcpu: the vCPU
 * @vector: exception to raise instead
 * @flags: AXVCPU_EVENT_HAS_ERROR or 0
 * @error_code: its error code
 */
int axvcpu_vcpu_refuse(struct axvcpu_vcpu *vcpu, uint32_t vector, uint32_t flags,
		       uint64_t error_code);

/**
 * axvcpu_vcpu_set_debug() - SET_DEBUG
 * @vcpu: the vCPU
 * @debug: the settings; @debug->size is filled in
 */
int axvcpu_vcpu_set_debug(struct axvcpu_vcpu *vcpu, struct axvcpu_debug *debug);

/**
 * axvcpu_vcpu_translate() - TRANSLATE: walk the guest's own page tables
 * @vcpu: the vCPU
 * @gva: guest linear address
 * @access: AXVCPU_ACCESS_* wanted
 * @gpa: guest physical address
 *
 * Return: 0 or -errno; -EFAULT if the tables do not allow the access.
 */
int axvcpu_vcpu_translate(struct axvcpu_vcpu *vcpu, uint64_t gva, uint32_t access, uint64_t *gpa);

/* Registers and state */

/**
 * axvcpu_get_gpr() - read a general register of the run page
 * @vcpu: the vCPU, not inside RUN
 * @reg: its index
 *
 * Return: its value; 0 if there is no such register.
 */
uint64_t axvcpu_get_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg);

/**
 * axvcpu_set_gpr() - write a general register of the run page
 * @vcpu: the vCPU, not inside RUN
 * @reg: its index
 * @value: all 64 bits
 *
 * Return: 0, or -EINVAL if there is no such register.
 */
int axvcpu_set_gpr(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value);

/**
 * axvcpu_get_pc() - read the program counter
 * @vcpu: the vCPU, not inside RUN
 *
 * Return: RIP or PC.
 */
uint64_t axvcpu_get_pc(const struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_set_pc() - write the program counter
 * @vcpu: the vCPU, not inside RUN
 * @pc: RIP or PC
 */
void axvcpu_set_pc(struct axvcpu_vcpu *vcpu, uint64_t pc);

/**
 * axvcpu_set_return_value() - the result of a hypercall
 * @vcpu: the vCPU, not inside RUN
 * @value: goes to RAX or X0
 */
void axvcpu_set_return_value(struct axvcpu_vcpu *vcpu, uint64_t value);

/**
 * axvcpu_complete_read() - the result of IO_READ, MMIO_READ or SYSREG_READ
 * @vcpu: the vCPU, whose last exit was one of these
 * @value: what the device answers; bits above the width are ignored
 *
 * Writes the register that the exit names, by its width, shift and sign rules.
 *
 * Return: 0, or -EINVAL if the last exit was another one.
 */
int axvcpu_complete_read(struct axvcpu_vcpu *vcpu, uint64_t value);

/**
 * axvcpu_vcpu_get_state() - GET_STATE
 * @vcpu: the vCPU
 * @group: AXVCPU_GROUP_*
 * @buf: records
 * @len: in: room at @buf; out: bytes there are, also with -ENOSPC
 */
int axvcpu_vcpu_get_state(struct axvcpu_vcpu *vcpu, uint32_t group, void *buf, uint32_t *len);

/**
 * axvcpu_vcpu_set_state() - SET_STATE
 * @vcpu: the vCPU
 * @buf: records
 * @len: bytes
 */
int axvcpu_vcpu_set_state(struct axvcpu_vcpu *vcpu, const void *buf, uint32_t len);

/**
 * axvcpu_vcpu_get_group() - read the data of one state group
 * @vcpu: the vCPU
 * @group: AXVCPU_GROUP_*, not _ALL
 * @data: the group's structure or array
 * @size: room there
 *
 * Return: bytes of data, or -errno; -ENOSPC if there are more than @size.
 */
int axvcpu_vcpu_get_group(struct axvcpu_vcpu *vcpu, uint32_t group, void *data, uint32_t size);

/**
 * axvcpu_vcpu_set_group() - write the data of one state group
 * @vcpu: the vCPU
 * @group: AXVCPU_GROUP_*
 * @data: the group's structure or array
 * @size: bytes
 */
int axvcpu_vcpu_set_group(struct axvcpu_vcpu *vcpu, uint32_t group, const void *data,
			  uint32_t size);

/**
 * axvcpu_state_next() - walk the records of a state buffer
 * @buf: the buffer
 * @len: bytes
 * @prev: the record before; NULL: get the first
 *
 * Return: a record whose data lies in the buffer, or NULL.
 */
const struct axvcpu_state_record *axvcpu_state_next(const void *buf, uint32_t len,
						    const struct axvcpu_state_record *prev);

/* The exit loop */

/* What a callback and the loop may return besides 0 and -errno. */
enum axvcpu_result {
	AXVCPU_UNHANDLED = 0x40000001,	/* loop: the program has to look */
	AXVCPU_REFUSE_ACCESS = 0x40000002, /* callback: the guest gets its fault */
};

/**
 * struct axvcpu_handlers - what a VMM does about exits
 * @size: sizeof(struct axvcpu_handlers)
 * @io_read: the guest reads @width bytes from a port
 * @io_write: the guest writes to a port
 * @mmio_read: the guest reads outside every region; @width is a power of two
 *	up to 8
 * @mmio_write: the guest writes there
 * @sysreg_read: the guest reads an MSR or system register
 * @sysreg_write: the guest writes one
 * @hypercall: the guest calls; @result is its answer
 * @other: any exit that has no callback of its own or whose own is NULL, and
 *	a memory access that cannot be completed; returns AXVCPU_UNHANDLED to
 *	leave the loop
 *
 * Every callback may be NULL. A callback returns 0 to run on,
 * AXVCPU_REFUSE_ACCESS to raise the fault that the architecture has for an
 * access nobody answers (string I/O and hypercalls have none), or anything else
 * to leave the loop with it: what the guest did then counts as done, a read
 * leaves its register alone.
 */
struct axvcpu_handlers {
	size_t size;
	int (*io_read)(void *opaque, uint16_t port, uint32_t width, uint64_t *value);
	int (*io_write)(void *opaque, uint16_t port, uint32_t width, uint64_t value);
	int (*mmio_read)(void *opaque, uint64_t addr, uint32_t width, uint64_t *value);
	int (*mmio_write)(void *opaque, uint64_t addr, uint32_t width, uint64_t value);
	int (*sysreg_read)(void *opaque, uint64_t addr, uint64_t *value);
	int (*sysreg_write)(void *opaque, uint64_t addr, uint64_t value);
	int (*hypercall)(void *opaque, const struct axvcpu_exit_hypercall *call,
			 uint64_t *result);
	int (*other)(void *opaque, struct axvcpu_vcpu *vcpu);
};

/**
 * axvcpu_vcpu_handle_exit() - handle the exit in @vcpu->run->out
 * @vcpu: the vCPU, after RUN
 * @handlers: what to do
 * @opaque: first argument of the callbacks
 *
 * Return: 0: run on; AXVCPU_UNHANDLED; or what a callback returned or a call
 * failed with.
 */
int axvcpu_vcpu_handle_exit(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
			    void *opaque);

/**
 * axvcpu_vcpu_loop() - RUN and handle exits until one is not handled
 * @vcpu: the vCPU, Ready
 * @handlers: what to do
 * @opaque: first argument of the callbacks
 *
 * Return: as axvcpu_vcpu_handle_exit(), never 0; -EINTR if a signal arrived.
 */
int axvcpu_vcpu_loop(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
		     void *opaque);

/**
 * axvcpu_complete_mmio() - carry out the instruction of a NESTED_PAGE_FAULT
 * @vcpu: the vCPU, whose last exit was one with error 0
 * @handlers: mmio_read and mmio_write are used
 * @opaque: their first argument
 *
 * For what a compiler or a kernel emits on device memory beyond plain moves:
 * arithmetic and logic, exchanges, bit tests, string instructions, PUSH and POP,
 * SSE and AVX moves. axvcpu_vcpu_handle_exit() calls it. A page fault that the
 * instruction's other operand meets is injected.
 *
 * Return: 0: the instruction, or a part of a REP, is done; -ENOTSUP: it is none
 * of these, lies across pages or could not be read, nothing is changed; or what
 * a callback returned.
 */
int axvcpu_complete_mmio(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
			 void *opaque);

/**
 * axvcpu_complete_string() - carry out IO_READ_STRING or IO_WRITE_STRING
 * @vcpu: the vCPU, whose last exit was one of these
 * @handlers: io_read and io_write are used
 * @opaque: their first argument
 *
 * Moves the elements between the callback and guest memory; what lies outside
 * every region reads as ones and is not written.
 *
 * Return: 0, -EINVAL if the last exit was another one or the callback is NULL,
 * or what a callback returned.
 */
int axvcpu_complete_string(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
			   void *opaque);

/* Names, for people; NULL for a number without one. */
const char *axvcpu_state_name(uint32_t state);
const char *axvcpu_activity_name(uint32_t activity);
const char *axvcpu_exit_name(uint32_t reason);
const char *axvcpu_stat_name(uint32_t id);
const char *axvcpu_cap_name(uint32_t id);
const char *axvcpu_feature_name(unsigned int bit);
const char *axvcpu_mitigation_name(unsigned int bit);
const char *axvcpu_gpr_name(uint32_t reg);

#if defined(__x86_64__) || defined(__i386__)
/* x86 */

/**
 * axvcpu_x86_run_regs() - the run page's register block
 * @vcpu: the vCPU
 *
 * Return: its registers.
 */
static inline struct axvcpu_x86_regs *axvcpu_x86_run_regs(const struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_x86_regs *)vcpu->run->regs;
}

/**
 * axvcpu_x86_get_supported_cpuid() - X86_GET_SUPPORTED_CPUID
 * @dev: the device
 * @entries: filled in
 * @count: in: room at @entries; out: entries there are, also with -ENOSPC
 */
int axvcpu_x86_get_supported_cpuid(int dev, struct axvcpu_x86_cpuid *entries, uint32_t *count);

/**
 * axvcpu_x86_set_cpuid() - X86_SET_CPUID
 * @vcpu: the vCPU
 * @entries: the table
 * @count: its entries
 */
int axvcpu_x86_set_cpuid(struct axvcpu_vcpu *vcpu, const struct axvcpu_x86_cpuid *entries,
			 uint32_t count);

/**
 * axvcpu_x86_get_msr() - read one of the MSRs the kernel keeps
 * @vcpu: the vCPU
 * @index: its number
 * @value: its value
 *
 * Return: 0, -ENOENT if the kernel does not keep it, or -errno.
 */
int axvcpu_x86_get_msr(struct axvcpu_vcpu *vcpu, uint32_t index, uint64_t *value);

/**
 * axvcpu_x86_set_msr() - write one of the MSRs the kernel keeps
 * @vcpu: the vCPU
 * @index: its number
 * @value: its value
 */
int axvcpu_x86_set_msr(struct axvcpu_vcpu *vcpu, uint32_t index, uint64_t value);
#endif

#if defined(__aarch64__)
/* arm64 */

/**
 * axvcpu_arm64_run_regs() - the run page's register block
 * @vcpu: the vCPU
 *
 * Return: its registers.
 */
static inline struct axvcpu_arm64_regs *axvcpu_arm64_run_regs(const struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_arm64_regs *)vcpu->run->regs;
}

/**
 * axvcpu_arm64_get_sysreg() - read one of the system registers the kernel keeps
 * @vcpu: the vCPU
 * @id: AXVCPU_ARM64_SYSREG()
 * @value: its value
 *
 * Return: 0, -ENOENT if the kernel does not keep it, or -errno.
 */
int axvcpu_arm64_get_sysreg(struct axvcpu_vcpu *vcpu, uint32_t id, uint64_t *value);

/**
 * axvcpu_arm64_set_sysreg() - write one of the system registers the kernel keeps
 * @vcpu: the vCPU
 * @id: AXVCPU_ARM64_SYSREG()
 * @value: its value
 *
 * Return: 0 or -errno.
 */
int axvcpu_arm64_set_sysreg(struct axvcpu_vcpu *vcpu, uint32_t id, uint64_t value);
#endif

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_H */
