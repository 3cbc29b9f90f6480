// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory accesses outside every region: moves become MMIO_READ and MMIO_WRITE,
 * anything else goes to the VMM with the instruction's bytes.
 */
#include <linux/sizes.h>

#include "../event.h"
#include "../x86.h"
#include "decode.h"
#include "insn_cache.h"
#include "mmio.h"
#include "paging.h"

static u64 page_offset(u64 addr)
{
	return addr & (SZ_4K - 1);
}

static noinline u64 segment_base(struct x86_vcpu *x, enum x86_segment number)
{
	struct axvcpu_x86_segments segs;

	x->vendor->get_segments(x, &segs);
	return x86_segment(&segs, number)->base;
}

/*
 * Is the fault about the first byte of the operand? The address is the
 * hardware's; but if it is not where the instruction points to, the operand
 * began on another page, or the bytes are no longer those that faulted.
 */
static __always_inline bool operand_matches(struct x86_vcpu *x, const struct x86_mov *mov,
					    unsigned int code_bits, u64 gpa)
{
	u64 address = x86_operand_offset(&mov->mem, x->regs.gpr, x->regs.rip + mov->length);

	if (code_bits != 64 || mov->mem.segment >= X86_FS)
		address += segment_base(x, mov->mem.segment);
	return page_offset(address) == page_offset(gpa);
}

/* Is it the access that faulted? */
static __always_inline bool mov_matches(struct x86_vcpu *x, const struct x86_mov *mov,
					unsigned int code_bits)
{
	const struct axvcpu_fault *fault = &x->vcpu->fault;

	if (mov->write != !!(fault->access & AXVCPU_ACCESS_WRITE))
		return false;
	if (page_offset(fault->gpa) + mov->width > SZ_4K)
		return false;
	return operand_matches(x, mov, code_bits, fault->gpa);
}

static __always_inline enum axvcpu_next exit_mmio(struct x86_vcpu *x, const struct x86_mov *mov)
{
	struct axvcpu_run_out *out = &x->vcpu->run->out;
	u64 gpa = x->vcpu->fault.gpa;

	if (mov->write)
		out->mmio_write = (struct axvcpu_exit_mmio_write) {
			.addr = gpa,
			.width = mov->width,
			.data = x86_mov_value(mov, x->regs.gpr),
		};
	else
		out->mmio_read = (struct axvcpu_exit_mmio_read) {
			.addr = gpa,
			.width = mov->width,
			.reg = mov->reg,
			.reg_width = mov->reg_width,
			.signed_ext = mov->signed_ext,
			.shift = mov->shift,
		};
	x->insn.len = mov->length;
	x86_advance(x, x->regs.rip + mov->length);
	axvcpu_vcpu_refusable(x->vcpu, x->insn.pc);
	return x86_exit(x, mov->write ? AXVCPU_EXIT_MMIO_WRITE : AXVCPU_EXIT_MMIO_READ);
}

/**
 * x86_exit_fault() - exit NESTED_PAGE_FAULT
 * @x: the vCPU; its PC is at the instruction
 * @gpa: guest physical address
 * @access: AXVCPU_ACCESS_*
 * @error: 0: no region; else an errno, positive
 *
 * Return: AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next x86_exit_fault(struct x86_vcpu *x, u64 gpa, u32 access, int error)
{
	x->vcpu->run->out.fault = (struct axvcpu_exit_fault) {
		.addr = gpa,
		.access = access,
		.error = error,
	};
	return x86_exit(x, AXVCPU_EXIT_NESTED_PAGE_FAULT);
}

/* Decode the access that faulted, and remember it. */
static noinline enum axvcpu_next decode(struct x86_vcpu *x)
{
	const struct axvcpu_fault *fault = &x->vcpu->fault;
	unsigned int code_bits = x->vendor->code_bits(x);
	struct x86_mov mov;

	if (x86_decode_mov(x->insn.bytes, x->insn.count, code_bits, &mov) ||
	    !mov_matches(x, &mov, code_bits))
		return x86_exit_fault(x, fault->gpa, fault->access, 0);
	if (x86_insn_learn(x, mov.length, X86_INSN_MOV))
		x->cache.mov = mov;
	return exit_mmio(x, &mov);
}

/**
 * x86_explain_fault() - ops->explain_fault
 * @vcpu: in RUN; @vcpu->fault is what could not be served
 * @error: 0: no region covers it; else why not, an errno, positive
 *
 * Context: may sleep.
 * Return: AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next x86_explain_fault(struct axvcpu_vcpu *vcpu, int error)
{
	const struct axvcpu_fault *fault = &vcpu->fault;
	struct x86_vcpu *x = to_x86(vcpu);

	if (!x->insn.count && !(fault->access & AXVCPU_ACCESS_EXEC) &&
	    !x86_peek_insn(x))
		x86_fetch_insn(x);
	if (error || (fault->access & (AXVCPU_ACCESS_WALK | AXVCPU_ACCESS_EXEC)))
		return x86_exit_fault(x, fault->gpa, fault->access, error);
	if (x86_insn_known(x, X86_INSN_MOV) &&
	    mov_matches(x, &x->cache.mov, x->cache.context.code_bits))
		return exit_mmio(x, &x->cache.mov);
	return decode(x);
}
