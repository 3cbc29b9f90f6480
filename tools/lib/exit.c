// SPDX-License-Identifier: MIT
/*
 * The exit loop and what completes an exit.
 */
#include <errno.h>
#include <stdbool.h>

#include "access.h"
#include "arch.h"

static uint64_t low_bytes(uint64_t value, uint32_t width)
{
	return width < 8 ? value & ((1ULL << (width * 8)) - 1) : value;
}

/**
 * write_reg() - write the result of a read to a register, by the rules of struct
 *	axvcpu_exit_mmio_read
 * @reg: the register
 * @value: what was read
 * @width: bytes read
 * @reg_width: bytes of the register that are written
 * @shift: bit position of the value in the register
 * @sign: sign-extend from @width to @reg_width
 */
static void write_reg(__u64 *reg, uint64_t value, uint32_t width, uint32_t reg_width,
		      uint32_t shift, bool sign)
{
	value = low_bytes(value, width);
	if (sign && width && width < 8 && value >> (width * 8 - 1))
		value |= ~low_bytes(~0ULL, width);
	value = low_bytes(value, reg_width);
	if (reg_width >= 4)
		*reg = value;
	else
		*reg = (*reg & ~(low_bytes(~0ULL, reg_width) << shift)) | value << shift;
}

int axvcpu_complete_read(struct axvcpu_vcpu *vcpu, uint64_t value)
{
	const struct axvcpu_run_out *out = &vcpu->run->out;
	const struct axvcpu_exit_mmio_read *mmio = &out->mmio_read;
	__u64 *reg;

	switch (out->reason) {
	case AXVCPU_EXIT_MMIO_READ:
		reg = arch_gpr(vcpu, mmio->reg);
		if (!reg || mmio->shift > 56)
			return -EINVAL;
		write_reg(reg, value, mmio->width, mmio->reg_width, mmio->shift,
			  mmio->signed_ext);
		return 0;
	case AXVCPU_EXIT_IO_READ:
		reg = arch_gpr(vcpu, out->io.reg);
		if (!reg)
			return -EINVAL;
		write_reg(reg, value, out->io.width, out->io.reg_width, 0, false);
		return 0;
	case AXVCPU_EXIT_SYSREG_READ:
		reg = arch_gpr(vcpu, out->sysreg.reg);
		if (!reg)
			return arch_complete_sysreg(vcpu, out->sysreg.reg, value);
		*reg = value;
		return 0;
	}
	return -EINVAL;
}

/*
 * Copy one element between @value and guest memory. Bytes outside every region read as
 * ones, and stores to them are dropped.
 */
static void element(struct axvcpu_vcpu *vcpu, const struct axvcpu_exit_io_string *str,
		    uint32_t index, uint64_t *value, bool store)
{
	uint64_t gpa = str->gpa + (int64_t)index * str->stride;
	uint8_t *bytes = (uint8_t *)value;

	for (uint32_t i = 0; i < str->width; i++) {
		uint64_t at = str->split && i >= str->split ? str->gpa2 + (i - str->split) :
							      gpa + i;
		uint8_t *hva = axvcpu_vm_hva(vcpu->vm, at, 1, store ? AXVCPU_ACCESS_WRITE : 0);

		if (store && hva)
			*hva = bytes[i];
		else if (!store)
			bytes[i] = hva ? *hva : 0xff;
	}
}

int axvcpu_complete_string(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
			   void *opaque)
{
	const struct axvcpu_exit_io_string str = vcpu->run->out.io_string;
	bool in = vcpu->run->out.reason == AXVCPU_EXIT_IO_READ_STRING;
	int ret = 0;

	if (!in && vcpu->run->out.reason != AXVCPU_EXIT_IO_WRITE_STRING)
		return -EINVAL;
	if (str.width > 8 || (in ? !HANDLER(handlers, io_read) : !HANDLER(handlers, io_write)))
		return -EINVAL;
	for (uint32_t i = 0; !ret && i < str.count; i++) {
		uint64_t value = 0;

		if (in) {
			ret = handlers->io_read(opaque, str.port, str.width, &value);
			if (!ret)
				element(vcpu, &str, i, &value, true);
		} else {
			element(vcpu, &str, i, &value, false);
			ret = handlers->io_write(opaque, str.port, str.width, value);
		}
	}
	return ret;
}

/* Do what the callback's result asks for: refuse the access, leave, or complete a read. */
static int finish(struct axvcpu_vcpu *vcpu, int ret, bool read, uint64_t value)
{
	if (ret == AXVCPU_REFUSE_ACCESS)
		return arch_refuse(vcpu);
	if (ret || !read)
		return ret;
	return axvcpu_complete_read(vcpu, value);
}

static int handle_io(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *h, void *opaque)
{
	const struct axvcpu_run_out *out = &vcpu->run->out;
	uint64_t value = 0;
	int ret;

	switch (out->reason) {
	case AXVCPU_EXIT_IO_READ:
		if (!HANDLER(h, io_read))
			return AXVCPU_UNHANDLED;
		ret = h->io_read(opaque, out->io.port, out->io.width, &value);
		return finish(vcpu, ret, true, value);
	case AXVCPU_EXIT_IO_WRITE:
		if (!HANDLER(h, io_write))
			return AXVCPU_UNHANDLED;
		ret = h->io_write(opaque, out->io.port, out->io.width, out->io.data);
		return finish(vcpu, ret, false, 0);
	case AXVCPU_EXIT_MMIO_READ:
		if (!HANDLER(h, mmio_read))
			return AXVCPU_UNHANDLED;
		ret = h->mmio_read(opaque, out->mmio_read.addr, out->mmio_read.width, &value);
		return finish(vcpu, ret, true, value);
	case AXVCPU_EXIT_MMIO_WRITE:
		if (!HANDLER(h, mmio_write))
			return AXVCPU_UNHANDLED;
		ret = h->mmio_write(opaque, out->mmio_write.addr, out->mmio_write.width,
				    out->mmio_write.data);
		return finish(vcpu, ret, false, 0);
	}
	return AXVCPU_UNHANDLED;
}

static int handle_call(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *h, void *opaque)
{
	const struct axvcpu_run_out *out = &vcpu->run->out;
	uint64_t value = 0;
	int ret;

	switch (out->reason) {
	case AXVCPU_EXIT_SYSREG_READ:
		if (!HANDLER(h, sysreg_read))
			return AXVCPU_UNHANDLED;
		ret = h->sysreg_read(opaque, out->sysreg.addr, &value);
		return finish(vcpu, ret, true, value);
	case AXVCPU_EXIT_SYSREG_WRITE:
		if (!HANDLER(h, sysreg_write))
			return AXVCPU_UNHANDLED;
		ret = h->sysreg_write(opaque, out->sysreg.addr, out->sysreg.value);
		return finish(vcpu, ret, false, 0);
	case AXVCPU_EXIT_HYPERCALL:
		if (!HANDLER(h, hypercall))
			return AXVCPU_UNHANDLED;
		ret = h->hypercall(opaque, &out->hypercall, &value);
		if (!ret)
			axvcpu_set_return_value(vcpu, value);
		return finish(vcpu, ret, false, 0);
	}
	return AXVCPU_UNHANDLED;
}

static int handle_known(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *h, void *opaque)
{
	int ret;

	switch (vcpu->run->out.reason) {
	case AXVCPU_EXIT_NOTHING:
		return 0;
	case AXVCPU_EXIT_IO_READ:
	case AXVCPU_EXIT_IO_WRITE:
	case AXVCPU_EXIT_MMIO_READ:
	case AXVCPU_EXIT_MMIO_WRITE:
		return handle_io(vcpu, h, opaque);
	case AXVCPU_EXIT_IO_READ_STRING:
		return HANDLER(h, io_read) ? axvcpu_complete_string(vcpu, h, opaque) :
					     AXVCPU_UNHANDLED;
	case AXVCPU_EXIT_IO_WRITE_STRING:
		return HANDLER(h, io_write) ? axvcpu_complete_string(vcpu, h, opaque) :
					      AXVCPU_UNHANDLED;
	case AXVCPU_EXIT_SYSREG_READ:
	case AXVCPU_EXIT_SYSREG_WRITE:
	case AXVCPU_EXIT_HYPERCALL:
		return handle_call(vcpu, h, opaque);
	case AXVCPU_EXIT_NESTED_PAGE_FAULT:
		ret = axvcpu_complete_mmio(vcpu, h, opaque);
		return ret == -ENOTSUP ? AXVCPU_UNHANDLED : ret;
	}
	return AXVCPU_UNHANDLED;
}

int axvcpu_vcpu_handle_exit(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
			    void *opaque)
{
	int ret = handle_known(vcpu, handlers, opaque);

	if (ret == AXVCPU_UNHANDLED && HANDLER(handlers, other))
		ret = handlers->other(opaque, vcpu);
	return ret;
}

int axvcpu_vcpu_loop(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
		     void *opaque)
{
	int ret;

	do {
		ret = axvcpu_vcpu_run(vcpu);
		if (!ret)
			ret = axvcpu_vcpu_handle_exit(vcpu, handlers, opaque);
	} while (!ret);
	return ret;
}
