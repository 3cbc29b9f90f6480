// SPDX-License-Identifier: GPL-2.0-only
/*
 * A transcript of a guest that uses every kind of exit: all that a program sees
 * of each, but for the raw block. It is the same on every backend of x86; what
 * it should be is written down here.
 */

#include <stdarg.h>

#include "harness.h"

DECLARE_GUEST(transcript, MODE_LONG);
DECLARE_ROWS(transcript);

enum {
	OUTB, OUTL, INW, INB, OUTS, INS, MOV4, MOVB, MOVZX, MOVSX, MOV2, MOV8, ADD,
	RDMSR, WRMSR, CALL, HLT, UD2, INT3, CPUID, NOP, WINDOW, PAUSE, SPIN,
};

/* What a fault that is not delivered leaves of it is the hardware's own. */
#define RFLAGS_RF	BIT(16)

#define U(x)	((unsigned long long)(x))

static struct machine m;
static unsigned int lines;

static const char *const expected[] = {
#include "transcript.inc"
};

/* One line of the transcript: report whether it is as expected. */
static void __printf(1, 2) line(const char *fmt, ...)
{
	const char *want = lines < ARRAY_SIZE(expected) ? expected[lines] : "the end";
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!tap_ok(!strcmp(text, want), "%s", text))
		tap_note("want: %s", want);
	lines++;
}

/* What the hardware calls a refused entry is its own. */
static void payload(char *text, size_t size)
{
	unsigned int i, last = 0;
	size_t n = 0;

	text[0] = 0;
	if (m.run->out.reason == AXVCPU_EXIT_FAIL_ENTRY)
		return;
	for (i = 0; i < ARRAY_SIZE(m.run->out.payload); i++)
		if (m.run->out.payload[i])
			last = i + 1;
	for (i = 0; i < last && n < size; i++)
		n += snprintf(text + n, size - n, " %llx",
			      U(m.run->out.payload[i]));
}

static void show(void)
{
	const struct axvcpu_run_out *out = &m.run->out;
	const struct arch_regs *r = m.regs;
	char words[256], regs[256];

	payload(words, sizeof(words));
	snprintf(regs, sizeof(regs), "a %llx b %llx c %llx d %llx S %llx D %llx 8 %llx 9 %llx",
		 U(r->RAX), U(r->RBX), U(r->RCX), U(r->RDX), U(r->RSI), U(r->RDI),
		 U(r->R8), U(r->R9));
	line("%s:%s; activity %u; +%llx flags %llx %s", reason_name(out->reason), words,
	     out->activity, U(r->rip - GUEST_CODE), U(r->rflags & ~RFLAGS_RF), regs);
}

/* RUN once with @flags; what it left before is forgotten. */
static void attempt(uint32_t flags)
{
	memset(m.run->out.payload, 0, sizeof(m.run->out.payload));
	m.run->in.flags = flags;
	machine_run(&m);
	m.run->in.flags = 0;
}

static void run(uint32_t flags)
{
	attempt(flags);
	show();
}

static void go_to(unsigned int row)
{
	m.regs->rip = GUEST_CODE + guest_transcript_rows[row].at;
}

static void instructions(void)
{
	unsigned int i;

	run(0);					/* OUTB */
	run(0);					/* OUTL */
	for (i = INW; i <= INB; i++) {
		run(0);
		machine_complete(&m, 0xfedcba9876543210);
	}
	run(0);					/* OUTS */
	run(0);					/* INS */
	run(0);					/* MOV4 */
	run(0);					/* MOVB */
	for (i = MOVZX; i <= MOV8; i++) {
		run(0);
		machine_complete(&m, 0xfedcba9876543291);
	}
	run(0);					/* ADD: not decoded */
	m.regs->rip += guest_transcript_rows[ADD].len;
	run(0);					/* RDMSR */
	machine_complete(&m, 0x1122334455667788);
	run(0);					/* WRMSR */
	run(0);					/* CALL */
	m.regs->RAX = 7;
	run(AXVCPU_RUN_EXIT_HALT);		/* HLT */
}

static void debug(void)
{
	struct axvcpu_debug debug = {
		.flags = AXVCPU_DEBUG_STEP,
		.exceptions = 1 << VEC_UD,
	};

	vcpu_set_debug(m.vcpu, &debug);
	go_to(UD2);
	run(0);
	go_to(CPUID);
	m.regs->RAX = 0x40000000;
	m.regs->RCX = 0;
	run(0);
	run(0);					/* NOP */
	debug = (struct axvcpu_debug) { .flags = 0 };
	vcpu_set_debug(m.vcpu, &debug);
}

/* At STI. QEMU's own CPU may forget its shadow, as irq_window knows: then once more. */
static void window(void)
{
	const struct arch_regs before = *m.regs;
	unsigned int tries = 0;

	do {
		*m.regs = before;
		attempt(AXVCPU_RUN_EXIT_IRQ_WINDOW);
	} while (cpu_is_qemu() && m.regs->rip == before.rip + 1 && tries++ < 10);
	show();
}

static void events(void)
{
	window();
	go_to(SPIN);
	vcpu_kick(m.vcpu);
	run(0);
	m.run->in.budget_ns = 1000000;
	m.regs->RCX = 0;
	m.ram[GUEST_CODE] = 0xeb;		/* jmp to itself */
	m.ram[GUEST_CODE + 1] = 0xfe;
	/* A budget may end before the guest's first instruction. */
	while (m.regs->rip != GUEST_CODE)
		machine_run(&m);
	run(0);
	m.run->in.budget_ns = 0;
	run(AXVCPU_RUN_EXIT_HOST_IRQ);
}

static void refusal(void)
{
	struct axvcpu_x86_control good, bad;

	get_control(&m, &good);
	bad = good;
	bad.cr0 |= 1ULL << 40;
	set_control(&m, &bad);
	run(0);
	set_control(&m, &good);
}

void test(void)
{
	struct axvcpu_info info;

	dev_info(&info);
	machine_ready(&m, &guest_transcript);
	m.ram[GUEST_CODE + guest_transcript_rows[CALL].at + 2] =
		info.backend == AXVCPU_BACKEND_SVM ? 0xd9 : 0xc1;
	m.regs->RDX = 0;
	m.regs->RBX = GUEST_DEVICE;
	m.regs->RSI = GUEST_DATA;
	m.regs->RDI = GUEST_DATA + 0x100;
	instructions();
	debug();
	events();
	refusal();
	m.regs->rip = GUEST_CODE + guest_transcript_rows[SPIN].at +
		      guest_transcript_rows[SPIN].len;
	run(0);					/* shutdown */
	tap_is(lines, ARRAY_SIZE(expected), "the transcript is complete");
	machine_fini(&m);
}
