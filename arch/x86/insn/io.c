// SPDX-License-Identifier: GPL-2.0-only
/*
 * Port I/O. IN and OUT carry their data in the exit. For INS and OUTS the kernel
 * finds the memory, and an exit stands for the elements in one page.
 */
#include <linux/bits.h>
#include <linux/errno.h>

#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "../event.h"
#include "../handle.h"
#include "../x86.h"
#include "decode.h"
#include "io.h"
#include "mmio.h"
#include "paging.h"
#include "string_io.h"
#include "walk.h"

/* Segment types of code and data: SDM vol. 3, 3.4.5.1. */
#define TYPE_CODE		BIT(3)
#define TYPE_EXPAND_DOWN	BIT(2)	/* data */
#define TYPE_WRITABLE		BIT(1)	/* data */
#define TYPE_READABLE		BIT(1)	/* code */

/**
 * x86_handle_io() - IN or OUT
 * @x: the vCPU; x->exit.io is no string form
 *
 * Return: AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next x86_handle_io(struct x86_vcpu *x)
{
	const struct x86_io *io = &x->exit.io;
	u64 mask = GENMASK_ULL(8 * io->width - 1, 0);

	x->vcpu->run->out.io = (struct axvcpu_exit_io) {
		.port = io->port,
		.width = io->width,
		.reg = AXVCPU_X86_RAX,
		.reg_width = io->in ? io->width : 0,
		.data = io->in ? 0 : x->regs.gpr[AXVCPU_X86_RAX] & mask,
	};
	x86_advance(x, x->exit.next_rip);
	axvcpu_vcpu_refusable(x->vcpu, x->insn.pc);
	return x86_exit(x, io->in ? AXVCPU_EXIT_IO_READ : AXVCPU_EXIT_IO_WRITE);
}

static u32 string_access(const struct x86_io *io)
{
	return io->in ? AXVCPU_ACCESS_WRITE : AXVCPU_ACCESS_READ;
}

static unsigned int string_reg(const struct x86_io *io)
{
	return io->in ? AXVCPU_X86_RDI : AXVCPU_X86_RSI;
}

/* INS always stores to ES; OUTS loads from DS or what a prefix says. */
static unsigned int string_segment(struct x86_vcpu *x, const struct x86_io *io)
{
	struct x86_prefixes prefixes;

	if (io->in)
		return X86_ES;
	if (io->segment != X86_SEGMENT_UNKNOWN)
		return io->segment;
	if (!x->insn.count)
		x86_fetch_insn(x);
	if (x86_decode_prefixes(x->insn.bytes, x->insn.count, x->vendor->code_bits(x),
				&prefixes) ||
	    prefixes.segment == X86_SEGMENT_NONE)
		return X86_DS;
	return prefixes.segment;
}

/* SDM vol. 3, 5.3 and 5.5: may the segment be used like this? */
static bool segment_permits(const struct axvcpu_x86_segment *seg, u32 access)
{
	if (seg->attr & AXVCPU_X86_SEG_UNUSABLE || !(seg->attr & AXVCPU_X86_SEG_P))
		return false;
	if (access & AXVCPU_ACCESS_WRITE)
		return !(seg->attr & TYPE_CODE) && seg->attr & TYPE_WRITABLE;
	return !(seg->attr & TYPE_CODE) || seg->attr & TYPE_READABLE;
}

static void segment_bounds(const struct axvcpu_x86_segment *seg, struct x86_string *s)
{
	s->low = 0;
	s->high = seg->limit;
	if (seg->attr & TYPE_CODE || !(seg->attr & TYPE_EXPAND_DOWN))
		return;
	s->low = seg->limit + 1ULL;
	s->high = seg->attr & AXVCPU_X86_SEG_DB ? U32_MAX : U16_MAX;
}

/* Elements wanted: with a repeat prefix (E)CX, but one if each of them traps. */
static u64 string_count(struct x86_vcpu *x, const struct x86_io *io)
{
	u64 count = 1;

	if (io->rep)
		count = x->regs.gpr[AXVCPU_X86_RCX] & GENMASK_ULL(io->address_bits - 1, 0);
	if (x->regs.rflags & X86_EFLAGS_TF || x->vcpu->debug.flags & AXVCPU_DEBUG_STEP)
		count = min(count, 1ULL);
	return count;
}

/* The string operand; false if its segment cannot be used. */
static bool string_operand(struct x86_vcpu *x, const struct x86_io *io, unsigned int number,
			   struct x86_string *s)
{
	const struct axvcpu_x86_segment *seg;
	struct axvcpu_x86_segments segs;

	*s = (struct x86_string) {
		.offset = x->regs.gpr[string_reg(io)] & GENMASK_ULL(io->address_bits - 1, 0),
		.address_bits = io->address_bits,
		.width = io->width,
		.down = x->regs.rflags & X86_EFLAGS_DF,
		.count = string_count(x, io),
	};
	x->vendor->get_segments(x, &segs);
	seg = x86_segment(&segs, number);
	if (x->vendor->code_bits(x) == 64) {
		s->base = number >= X86_FS ? seg->base : 0;
		s->high = U64_MAX;
		s->linear_bits = 64;
		return true;
	}
	s->base = seg->base;
	s->linear_bits = 32;
	segment_bounds(seg, s);
	return segment_permits(seg, string_access(io));
}

/*
 * Translate the span and see that memory is behind it; @gpa2 is for what a
 * split element has on the next page. 0 if it can be moved.
 */
static int string_translate(struct x86_vcpu *x, u32 access, const struct x86_span *span,
			    u64 *gpa, u64 *gpa2, struct x86_page_fault *pf)
{
	unsigned int cpl = x->vendor->cpl(x);
	u64 next;
	int ret;

	ret = x86_translate_gva(x, span->linear, access, cpl, gpa, pf);
	if (ret || !span->split)
		return ret;
	next = span->linear + span->split;
	if (x->vendor->code_bits(x) != 64)
		next = (u32)next;
	ret = x86_translate_gva(x, next, access, cpl, gpa2, pf);
	if (ret < 0)
		*gpa = *gpa2;
	return ret;
}

/* The fault of the segment that the instruction used: SDM vol. 3, 6.15. */
static enum axvcpu_next segment_fault(struct x86_vcpu *x, unsigned int segment)
{
	return x86_fault(x, segment == X86_SS ? X86_TRAP_SS : X86_TRAP_GP, true, 0);
}

static enum axvcpu_next page_fault(struct x86_vcpu *x, const struct x86_page_fault *pf)
{
	const struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = X86_TRAP_PF,
		.flags = AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS,
		.error_code = pf->error,
		.address = pf->address,
	};

	axvcpu_event_exception_put(x->vcpu, &event);
	return AXVCPU_NEXT_RESUME;
}

/* Regions consist of pages: one byte of each page tells. */
static int string_check(struct x86_vcpu *x, u32 access, const struct x86_span *span,
			u64 *gpa, u64 gpa2)
{
	int ret = axvcpu_memory_check(x->vcpu->vm, *gpa, access);

	if (ret || !span->split)
		return ret;
	ret = axvcpu_memory_check(x->vcpu->vm, gpa2, access);
	if (ret)
		*gpa = gpa2;
	return ret;
}

/* RCX, RSI or RDI, and RIP, past @count elements. */
static void string_move(struct x86_vcpu *x, const struct x86_io *io, s64 stride, u32 count)
{
	u64 *index = &x->regs.gpr[string_reg(io)];
	u64 *left = &x->regs.gpr[AXVCPU_X86_RCX];

	*index = x86_string_advance(*index, stride * count, io->address_bits);
	if (io->rep)
		*left = x86_string_advance(*left, -(u64)count, io->address_bits);
	if (io->rep && *left & GENMASK_ULL(io->address_bits - 1, 0))
		x86_advance(x, x->insn.pc);
	else
		x86_advance(x, x->exit.next_rip);
}

static enum axvcpu_next exit_string(struct x86_vcpu *x, const struct x86_io *io,
				    const struct x86_span *span, u64 gpa, u64 gpa2)
{
	s32 stride = x->regs.rflags & X86_EFLAGS_DF ? -(s32)io->width : io->width;

	x->vcpu->run->out.io_string = (struct axvcpu_exit_io_string) {
		.port = io->port,
		.width = io->width,
		.count = span->count,
		.gpa = gpa,
		.stride = stride,
		.split = span->split,
		.gpa2 = gpa2,
	};
	string_move(x, io, stride, span->count);
	return x86_exit(x, io->in ? AXVCPU_EXIT_IO_READ_STRING :
				    AXVCPU_EXIT_IO_WRITE_STRING);
}

/* The oldest CPUs of VMX, and some emulators, leave out the address size. */
static bool find_address_bits(struct x86_vcpu *x)
{
	struct x86_io *io = &x->exit.io;

	if (io->address_bits)
		return true;
	if (!x86_fetch_insn(x))
		return false;
	io->address_bits = x86_insn_address_bits(x->insn.bytes, x->insn.count,
						 x->vendor->code_bits(x));
	return true;
}

/**
 * x86_complete_string_io() - INS or OUTS
 * @x: the vCPU, in RUN; the hardware has checked the right to use the port
 *
 * Context: may sleep.
 * Return: AXVCPU_NEXT_EXIT: a string exit, or NESTED_PAGE_FAULT where no memory
 * is, or UNKNOWN where the instruction cannot be read; AXVCPU_NEXT_RESUME: a fault
 * for the guest, or nothing to move.
 */
enum axvcpu_next x86_complete_string_io(struct x86_vcpu *x)
{
	const struct x86_io *io = &x->exit.io;
	u32 access = string_access(io);
	unsigned int segment;
	struct x86_page_fault pf;
	struct x86_string string;
	struct x86_span span;
	u64 gpa, gpa2 = 0;
	int ret;

	if (!find_address_bits(x))
		return x86_exit(x, AXVCPU_EXIT_UNKNOWN);
	segment = string_segment(x, io);
	if (!string_count(x, io))
		return x86_complete_insn(x, x->exit.next_rip);
	if (!string_operand(x, io, segment, &string) || !x86_string_span(&string, &span))
		return segment_fault(x, segment);

	ret = string_translate(x, access, &span, &gpa, &gpa2, &pf);
	if (ret == X86_WALK_UNMAPPED)
		return page_fault(x, &pf);
	if (ret == X86_WALK_NONCANONICAL)
		return segment_fault(x, segment);
	if (ret)
		access = AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WALK;
	else
		ret = string_check(x, access, &span, &gpa, gpa2);
	if (ret)
		return x86_exit_fault(x, gpa, access, ret == -ENOENT ? 0 : -ret);
	return exit_string(x, io, &span, gpa, gpa2);
}
