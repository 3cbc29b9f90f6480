// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the guest reads from its ID registers: what the host has, less what is
 * hidden from guests; userspace may narrow it. Reads trap by HCR_EL2.TID3; the
 * 32 registers' names are op0 3, op1 0, CRn 0, CRm 1 to 7.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <asm/cpufeature.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "idreg.h"

#define ID_REG(crm, op2)	AXVCPU_ARM64_SYSREG(3, 0, 0, crm, op2)

#define FIELD(shift)		(0xfULL << (shift))
#define VALUE(shift, value)	((u64)(value) << (shift))

/**
 * struct id_reg - an ID register with something in it
 * @crm: CRm of its name
 * @op2: op2 of its name
 * @keep: fields the guest gets from the host
 * @set: fields with a value of our own
 * @capped: fields of @keep that say no more than @set
 * @is_signed: fields in which 15 is less than 0
 */
struct id_reg {
	u8 crm, op2;
	u64 keep;
	u64 set;
	u64 capped;
	u64 is_signed;
};

/*
 * Hidden: EL2, EL3, AArch32, RAS, SVE, SME, MPAM, AMU, MTE, pointer
 * authentication, PMU, SPE, trace, transactional memory, LS64, FGT, ECV, nested
 * virtualization, LOR, and what only an EL2 could use. Fields: D17.2.59 and on.
 */
static const struct id_reg id_regs[] = {
	{ 4, 0, .keep = FIELD(16) | FIELD(20) | FIELD(48) | FIELD(56) | FIELD(60),
	  .set = VALUE(0, 1) | VALUE(4, 1) | VALUE(24, 1) | VALUE(56, 1),
	  .capped = FIELD(56),				/* CSV2: no SCXTNUM */
	  .is_signed = FIELD(16) | FIELD(20) },		/* PFR0 */
	{ 4, 1, .keep = FIELD(0) | FIELD(4) },		/* PFR1: BT, SSBS */
	{ 5, 0, .set = VALUE(0, 6) | VALUE(12, 1) | VALUE(20, 1) }, /* DFR0 */
	{ 6, 0, .keep = ~(FIELD(24) | FIELD(0)) },	/* ISAR0: not TME */
	{ 6, 1, .keep = FIELD(0) | FIELD(12) | FIELD(16) | FIELD(20) | FIELD(32) |
			FIELD(36) | FIELD(40) | FIELD(44) | FIELD(48) | FIELD(52) },
	{ 6, 2, .keep = FIELD(28) },			/* ISAR2: CLRBHB */
	{ 7, 0, .keep = FIELD(0) | FIELD(4) | FIELD(8) | FIELD(12) | FIELD(16) |
			FIELD(20) | FIELD(24) | FIELD(28) | FIELD(44),
	  .set = VALUE(0, 5) | VALUE(20, 1),
	  .capped = FIELD(0) | FIELD(20) | FIELD(28),	/* 48 bits: no LPA2 */
	  .is_signed = FIELD(24) | FIELD(28) },		/* MMFR0 */
	{ 7, 1, .keep = FIELD(0) | FIELD(12) | FIELD(20) | FIELD(28) | FIELD(36) | FIELD(60) },
	{ 7, 2, .keep = FIELD(4) | FIELD(8) | FIELD(16) | FIELD(20) | FIELD(28) |
			FIELD(32) | FIELD(36) | FIELD(52) | FIELD(60) },
};

static_assert(ARRAY_SIZE(id_regs) == ARM64_NR_ID_REGS);

static u64 id_limit[ARM64_NR_ID_REGS];

/* Where ID_AA64PFR0_EL1 is. */
#define PFR0_INDEX	0

/* The kernel's view: what all its CPUs have. */
static u64 host_value(const struct id_reg *reg)
{
	return read_sanitised_ftr_reg(sys_reg(3, 0, 0, reg->crm, reg->op2));
}

static s64 field_value(u64 value, unsigned int shift, bool is_signed)
{
	s64 field = value >> shift & 0xf;

	return is_signed && field > 7 ? field - 16 : field;
}

/* The lesser of two values of each field in @fields. */
static u64 least(u64 a, u64 b, u64 fields, u64 is_signed)
{
	unsigned int shift;
	u64 value = 0;

	for (shift = 0; shift < 64; shift += 4) {
		bool sign = is_signed >> shift & 1;
		u64 from = field_value(a, shift, sign) < field_value(b, shift, sign) ? a : b;

		value |= from & fields & FIELD(shift);
	}
	return value;
}

static u64 reg_limit(const struct id_reg *reg, u64 host)
{
	return (host & reg->keep & ~reg->capped) | (reg->set & ~reg->capped) |
	       least(host, reg->set, reg->capped, reg->is_signed);
}

/* Its index in the table; -1: a register with nothing in it. */
static int index_of(u32 id)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(id_regs); i++)
		if (id == ID_REG(id_regs[i].crm, id_regs[i].op2))
			return i;
	return -1;
}

/**
 * arm64_id_limit() - what a guest may have of a register
 * @id: an ID register
 * @host: its value on the host
 */
u64 arm64_id_limit(u32 id, u64 host)
{
	int i = index_of(id);

	return i < 0 ? 0 : reg_limit(&id_regs[i], host);
}

/**
 * arm64_id_init() - what a new vCPU has; once, at load
 */
void arm64_id_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(id_regs); i++)
		id_limit[i] = reg_limit(&id_regs[i], host_value(&id_regs[i]));
}

/**
 * arm64_id_default() - the registers of a new vCPU
 * @a: the vCPU
 */
void arm64_id_default(struct arm64_vcpu *a)
{
	memcpy(a->id, id_limit, sizeof(a->id));
}

/**
 * arm64_is_id_reg() - does it name one of these?
 * @id: AXVCPU_ARM64_SYSREG()
 */
bool arm64_is_id_reg(u32 id)
{
	u32 crm = id >> 1 & 0xf;

	return (id & ~AXVCPU_ARM64_SYSREG(0, 0, 0, 15, 7)) == ID_REG(0, 0) && crm >= 1 && crm <= 7;
}

/**
 * arm64_id_read() - what the guest reads
 * @a: the vCPU
 * @id: an ID register
 */
u64 arm64_id_read(struct arm64_vcpu *a, u32 id)
{
	int i = index_of(id);

	return i < 0 ? 0 : a->id[i];
}

/**
 * arm64_id_count() - registers in AXVCPU_ARM64_GROUP_ID_REGS
 */
u32 arm64_id_count(void)
{
	return ARRAY_SIZE(id_regs);
}

/**
 * arm64_id_list() - the group
 * @a: the vCPU
 * @list: arm64_id_count() entries
 */
void arm64_id_list(struct arm64_vcpu *a, struct axvcpu_arm64_sysreg *list)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(id_regs); i++)
		list[i] = (struct axvcpu_arm64_sysreg) {
			.id = ID_REG(id_regs[i].crm, id_regs[i].op2),
			.value = a->id[i],
		};
}

static bool narrows(int i, u64 value)
{
	unsigned int shift;

	for (shift = 0; shift < 64; shift += 4) {
		bool is_signed = id_regs[i].is_signed >> shift & 1;

		if (field_value(value, shift, is_signed) >
		    field_value(id_limit[i], shift, is_signed))
			return false;
	}
	return true;
}

/**
 * arm64_id_check() - does a register's new value say no more than the host's?
 * @new: the register
 *
 * Return: 0, -EINVAL.
 */
int arm64_id_check(const struct axvcpu_arm64_sysreg *new)
{
	int i = index_of(new->id);

	if (new->reserved || i < 0)
		return -EINVAL;
	return narrows(i, new->value) ? 0 : -EINVAL;
}

/**
 * arm64_id_set() - take it
 * @a: the vCPU
 * @new: checked
 */
void arm64_id_set(struct arm64_vcpu *a, const struct axvcpu_arm64_sysreg *new)
{
	a->id[index_of(new->id)] = new->value;
}

/**
 * arm64_allows_aarch32() - may EL0 be in AArch32 state?
 * @a: the vCPU
 *
 * Return: ID_AA64PFR0_EL1.EL0 says so; here it never does.
 */
bool arm64_allows_aarch32(struct arm64_vcpu *a)
{
	return (a->id[PFR0_INDEX] & 0xf) == 2;
}
