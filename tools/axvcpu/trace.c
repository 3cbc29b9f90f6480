// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print an exit as one line.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "trace.h"

static void access_letters(char *to, uint32_t access)
{
	sprintf(to, "%s%s%s%s", access & AXVCPU_ACCESS_READ ? "r" : "",
		access & AXVCPU_ACCESS_WRITE ? "w" : "", access & AXVCPU_ACCESS_EXEC ? "x" : "",
		access & AXVCPU_ACCESS_WALK ? " walk" : "");
}

static void print_bytes(const struct axvcpu_raw *raw)
{
	if (!(raw->valid & AXVCPU_RAW_INSN_BYTES))
		return;
	fputs(" bytes", stderr);
	for (unsigned int i = 0; i < raw->insn_bytes && i < sizeof(raw->insn); i++)
		fprintf(stderr, " %02x", raw->insn[i]);
}

static void print_io(const struct axvcpu_run_out *out)
{
	const struct axvcpu_exit_io *io = &out->io;

	fprintf(stderr, "port=0x%x width=%u", io->port, io->width);
	if (out->reason != AXVCPU_EXIT_IO_WRITE)
		return;
	fprintf(stderr, " data=0x%llx", io->data);
	if (io->width == 1 && isprint((unsigned char)io->data))
		fprintf(stderr, " '%c'", (char)io->data);
}

static void print_string(const struct axvcpu_exit_io_string *s)
{
	fprintf(stderr, "port=0x%x width=%u count=%u gpa=0x%llx stride=%d", s->port, s->width,
		s->count, s->gpa, s->stride);
	if (s->split)
		fprintf(stderr, " split=%u gpa2=0x%llx", s->split, s->gpa2);
}

static void print_mmio(const struct axvcpu_run_out *out)
{
	if (out->reason == AXVCPU_EXIT_MMIO_READ)
		fprintf(stderr, "addr=0x%llx width=%u to %s", out->mmio_read.addr,
			out->mmio_read.width, axvcpu_gpr_name(out->mmio_read.reg) ?: "?");
	else
		fprintf(stderr, "addr=0x%llx width=%u data=0x%llx", out->mmio_write.addr,
			out->mmio_write.width, out->mmio_write.data);
}

static void print_fault(const struct axvcpu_run_out *out)
{
	char access[16];

	access_letters(access, out->fault.access);
	fprintf(stderr, "addr=0x%llx access=%s", out->fault.addr, access);
	if (out->fault.error)
		fprintf(stderr, " error=%s", strerror(out->fault.error));
	print_bytes(&out->raw);
}

static void print_call(const struct axvcpu_exit_hypercall *call)
{
	fprintf(stderr, "nr=0x%llx args=0x%llx,0x%llx,0x%llx,0x%llx,0x%llx,0x%llx cpl=%u",
		call->nr, call->args[0], call->args[1], call->args[2],
		call->args[3], call->args[4], call->args[5], call->cpl);
}

static void print_raw(const struct axvcpu_raw *raw)
{
	fprintf(stderr, "raw=0x%llx info=0x%llx,0x%llx,0x%llx", raw->reason,
		raw->info[0], raw->info[1], raw->info[2]);
}

static void print_event(const struct axvcpu_run_out *out)
{
	const struct axvcpu_exit_exception *exc = &out->exception;

	switch (out->reason) {
	case AXVCPU_EXIT_EXCEPTION:
		fprintf(stderr, "vector=%u", exc->vector);
		if (exc->flags & AXVCPU_EVENT_HAS_ERROR)
			fprintf(stderr, " error=0x%llx", exc->error_code);
		if (exc->flags & AXVCPU_EVENT_HAS_ADDRESS)
			fprintf(stderr, " address=0x%llx", exc->address);
		break;
	case AXVCPU_EXIT_DEBUG:
		fprintf(stderr, "cause=0x%x slots=0x%x", out->debug.cause, out->debug.slots);
		break;
	case AXVCPU_EXIT_FAIL_ENTRY:
		fprintf(stderr, "reason=0x%llx rule: %.*s", out->fail_entry.reason,
			AXVCPU_RULE_MAX, out->fail_entry.rule);
		break;
	case AXVCPU_EXIT_SEND_IPI:
		fprintf(stderr, "target=0x%llx vector=%u", out->send_ipi.target,
			out->send_ipi.vector);
		break;
	case AXVCPU_EXIT_CPU_UP:
		fprintf(stderr, "target=0x%llx entry=0x%llx", out->cpu_up.target,
			out->cpu_up.entry);
		break;
	case AXVCPU_EXIT_UNKNOWN:
		print_raw(&out->raw);
		break;
	}
}

static void print_payload(const struct axvcpu_run_out *out)
{
	switch (out->reason) {
	case AXVCPU_EXIT_IO_READ:
	case AXVCPU_EXIT_IO_WRITE:
		print_io(out);
		break;
	case AXVCPU_EXIT_IO_READ_STRING:
	case AXVCPU_EXIT_IO_WRITE_STRING:
		print_string(&out->io_string);
		break;
	case AXVCPU_EXIT_MMIO_READ:
	case AXVCPU_EXIT_MMIO_WRITE:
		print_mmio(out);
		break;
	case AXVCPU_EXIT_SYSREG_READ:
		fprintf(stderr, "reg=0x%llx", out->sysreg.addr);
		break;
	case AXVCPU_EXIT_SYSREG_WRITE:
		fprintf(stderr, "reg=0x%llx value=0x%llx", out->sysreg.addr,
			out->sysreg.value);
		break;
	case AXVCPU_EXIT_NESTED_PAGE_FAULT:
		print_fault(out);
		break;
	case AXVCPU_EXIT_HYPERCALL:
		print_call(&out->hypercall);
		break;
	default:
		print_event(out);
		break;
	}
}

void report_exit(const struct axvcpu_vcpu *vcpu, unsigned long long number)
{
	const struct axvcpu_run_out *out = &vcpu->run->out;
	const char *name = axvcpu_exit_name(out->reason);

	flockfile(stderr);
	fprintf(stderr, "%8llu pc=%-16llx ", number, out->raw.insn_pc);
	if (name)
		fprintf(stderr, "%-16s ", name);
	else
		fprintf(stderr, "reason %-9u ", out->reason);
	print_payload(out);
	fputc('\n', stderr);
	funlockfile(stderr);
}
