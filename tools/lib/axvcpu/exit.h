/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: the exit loop. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_EXIT_H
#define AXVCPU_EXIT_H

#include <stddef.h>
#include <stdint.h>

#include <axvcpu/vcpu.h>

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_EXIT_H */
