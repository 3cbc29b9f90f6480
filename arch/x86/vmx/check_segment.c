// SPDX-License-Identifier: GPL-2.0-only
/* Checks on guest segment registers: SDM 27.3.1.2. Pure functions. */
#include "check.h"
#include "decode.h"
#include "vmcs.h"

/* Of an access-rights field: SDM table 25-2. */
#define AR_RESERVED	0xfffe0f00U
#define TYPE_ACCESSED	BIT(0)
#define TYPE_RW		BIT(1)	/* code: readable; data: writable */
#define TYPE_CODE	BIT(3)

static bool any(const struct vmx_check *c, unsigned int first, unsigned int last,
		bool (*broken)(const struct vmx_check *c, unsigned int i))
{
	unsigned int i;

	for (i = first; i <= last; i++)
		if (broken(c, i))
			return true;
	return false;
}

static bool tr_ti(const struct vmx_check *c)
{
	return check_seg(c, TR)->selector & 4;
}

static bool ldtr_ti(const struct vmx_check *c)
{
	return check_usable(c, LDTR) && (check_seg(c, LDTR)->selector & 4);
}

static bool v86_base(const struct vmx_check *c, unsigned int i)
{
	return check_seg(c, i)->base != (u64)check_seg(c, i)->selector << 4;
}

static bool v86_bases(const struct vmx_check *c)
{
	return check_v86(c) && any(c, ES, GS, v86_base);
}

static bool base_canonical(const struct vmx_check *c, unsigned int i)
{
	return !check_canonical(c, check_seg(c, i)->base);
}

static bool fs_gs_base(const struct vmx_check *c)
{
	return any(c, FS, GS, base_canonical);
}

static bool tr_base(const struct vmx_check *c)
{
	return base_canonical(c, TR);
}

static bool ldtr_base(const struct vmx_check *c)
{
	return check_usable(c, LDTR) && base_canonical(c, LDTR);
}

static bool cs_base(const struct vmx_check *c)
{
	return upper_32_bits(check_seg(c, CS)->base);
}

static bool data_base(const struct vmx_check *c, unsigned int i)
{
	return i != CS && check_usable(c, i) && upper_32_bits(check_seg(c, i)->base);
}

static bool data_bases(const struct vmx_check *c)
{
	return any(c, ES, DS, data_base);
}

static bool v86_limit(const struct vmx_check *c, unsigned int i)
{
	return check_seg(c, i)->limit != 0xffff;
}

static bool v86_limits(const struct vmx_check *c)
{
	return check_v86(c) && any(c, ES, GS, v86_limit);
}

static bool v86_right(const struct vmx_check *c, unsigned int i)
{
	return check_seg(c, i)->attr != 0xf3;
}

static bool v86_rights(const struct vmx_check *c)
{
	return check_v86(c) && any(c, ES, GS, v86_right);
}

static bool cs_unusable(const struct vmx_check *c)
{
	return !check_v86(c) && !check_usable(c, CS);
}

/* Accessed code, or writable accessed data: with unrestricted guest. */
static bool cs_type(const struct vmx_check *c)
{
	u32 t = check_type(c, CS);

	return !check_v86(c) && t != 3 && (t & (TYPE_CODE | TYPE_ACCESSED)) !=
	       (TYPE_CODE | TYPE_ACCESSED);
}

static bool ss_type(const struct vmx_check *c)
{
	return !check_v86(c) && check_usable(c, SS) && check_type(c, SS) != 3 &&
	       check_type(c, SS) != 7;
}

static bool data_accessed(const struct vmx_check *c, unsigned int i)
{
	return i != CS && i != SS && check_usable(c, i) && !(check_type(c, i) & TYPE_ACCESSED);
}

static bool data_type_accessed(const struct vmx_check *c)
{
	return !check_v86(c) && any(c, ES, GS, data_accessed);
}

static bool data_readable(const struct vmx_check *c, unsigned int i)
{
	return i != CS && i != SS && check_usable(c, i) &&
	       (check_type(c, i) & (TYPE_CODE | TYPE_RW)) == TYPE_CODE;
}

static bool data_type_readable(const struct vmx_check *c)
{
	return !check_v86(c) && any(c, ES, GS, data_readable);
}

static bool not_code_or_data(const struct vmx_check *c, unsigned int i)
{
	return check_usable(c, i) && !(check_seg(c, i)->attr & AXVCPU_X86_SEG_S);
}

static bool seg_s(const struct vmx_check *c)
{
	return !check_v86(c) && any(c, ES, GS, not_code_or_data);
}

static bool cs_dpl_data(const struct vmx_check *c)
{
	return !check_v86(c) && check_type(c, CS) == 3 && check_dpl(c, CS);
}

static bool cs_dpl_nonconforming(const struct vmx_check *c)
{
	return !check_v86(c) && (check_type(c, CS) == 9 || check_type(c, CS) == 11) &&
	       check_dpl(c, CS) != check_dpl(c, SS);
}

static bool cs_dpl_conforming(const struct vmx_check *c)
{
	return !check_v86(c) && (check_type(c, CS) == 13 || check_type(c, CS) == 15) &&
	       check_dpl(c, CS) > check_dpl(c, SS);
}

static bool ss_dpl_real(const struct vmx_check *c)
{
	return !check_v86(c) && (!check_protected_mode(c) || check_type(c, CS) == 3) &&
	       check_dpl(c, SS);
}

static bool not_present(const struct vmx_check *c, unsigned int i)
{
	return check_usable(c, i) && !(check_seg(c, i)->attr & AXVCPU_X86_SEG_P);
}

static bool seg_present(const struct vmx_check *c)
{
	return !check_v86(c) && any(c, ES, GS, not_present);
}

static bool reserved_right(const struct vmx_check *c, unsigned int i)
{
	return check_usable(c, i) && (check_seg(c, i)->attr & AR_RESERVED);
}

static bool seg_reserved(const struct vmx_check *c)
{
	return !check_v86(c) && any(c, ES, GS, reserved_right);
}

static bool cs_l_d(const struct vmx_check *c)
{
	const u32 both = AXVCPU_X86_SEG_L | AXVCPU_X86_SEG_DB;

	return !check_v86(c) && check_long_mode(c) && (check_seg(c, CS)->attr & both) == both;
}

/* G must be 0 if a low limit bit is 0, and 1 if a high one is set. */
static bool wrong_granularity(const struct vmx_check *c, unsigned int i)
{
	bool g = check_seg(c, i)->attr & AXVCPU_X86_SEG_G;
	u32 limit = check_seg(c, i)->limit;

	if (!check_usable(c, i))
		return false;
	return (g && (limit & 0xfff) != 0xfff) || (!g && (limit & 0xfff00000));
}

static bool seg_granularity(const struct vmx_check *c)
{
	return !check_v86(c) && any(c, ES, GS, wrong_granularity);
}

static bool tr_type(const struct vmx_check *c)
{
	return check_type(c, TR) != 11 && (check_long_mode(c) || check_type(c, TR) != 3);
}

static bool tr_s(const struct vmx_check *c)
{
	return check_seg(c, TR)->attr & AXVCPU_X86_SEG_S;
}

static bool tr_present(const struct vmx_check *c)
{
	return !(check_seg(c, TR)->attr & AXVCPU_X86_SEG_P);
}

static bool tr_reserved(const struct vmx_check *c)
{
	return check_seg(c, TR)->attr & AR_RESERVED;
}

static bool tr_granularity(const struct vmx_check *c)
{
	return check_usable(c, TR) && wrong_granularity(c, TR);
}

static bool tr_unusable(const struct vmx_check *c)
{
	return !check_usable(c, TR);
}

static bool ldtr_type(const struct vmx_check *c)
{
	return check_usable(c, LDTR) && check_type(c, LDTR) != 2;
}

static bool ldtr_s(const struct vmx_check *c)
{
	return check_usable(c, LDTR) && (check_seg(c, LDTR)->attr & AXVCPU_X86_SEG_S);
}

static bool ldtr_present(const struct vmx_check *c)
{
	return not_present(c, LDTR);
}

static bool ldtr_reserved(const struct vmx_check *c)
{
	return reserved_right(c, LDTR);
}

static bool ldtr_granularity(const struct vmx_check *c)
{
	return wrong_granularity(c, LDTR);
}

#define S(text)	text " (SDM vol. 3, 27.3.1.2)"

const struct vmx_rule vmx_segment_rules[] = {
	{ v86_bases, S("a segment's base is not 16 times its selector in virtual-8086 mode") },
	{ v86_limits, S("a segment's limit is not 0xffff in virtual-8086 mode") },
	{ v86_rights, S("a segment's access rights are not 0xf3 in virtual-8086 mode") },
	{ cs_unusable, S("CS is not usable, or not present") },
	{ cs_type, S("CS has a type that is neither accessed code nor writable accessed data") },
	{ ss_type, S("SS has a type that is not writable accessed data") },
	{ data_type_accessed, S("DS, ES, FS or GS is not accessed") },
	{ data_type_readable, S("DS, ES, FS or GS is code that cannot be read") },
	{ seg_s, S("a segment register holds a system segment (S is clear)") },
	{ cs_dpl_data, S("CS is data and its DPL is not 0") },
	{ cs_dpl_nonconforming, S("CS is non-conforming and its DPL is not that of SS") },
	{ cs_dpl_conforming, S("CS is conforming and its DPL is above that of SS") },
	{ ss_dpl_real, S("the DPL of SS is not 0 while CR0.PE is clear or CS is data") },
	{ seg_present, S("a usable segment is not present") },
	{ seg_reserved, S("a segment's access rights have reserved bits set") },
	{ cs_l_d, S("CS.L and CS.D are both set in long mode") },
	{ seg_granularity, S("a segment's granularity does not fit its limit") },
	{ cs_base, S("the base of CS has bits 63 to 32 set") },
	{ data_bases, S("the base of SS, DS or ES has bits 63 to 32 set") },
	{ fs_gs_base, S("the base of FS or GS is not canonical") },
	{ tr_unusable, S("TR is not usable, or not present") },
	{ tr_type, S("TR is not a busy TSS, or a 16-bit one in long mode") },
	{ tr_s, S("TR is not a system segment (S is set)") },
	{ tr_present, S("TR is not present") },
	{ tr_reserved, S("the access rights of TR have reserved bits set") },
	{ tr_granularity, S("the granularity of TR does not fit its limit") },
	{ tr_ti, S("the selector of TR is in the LDT") },
	{ tr_base, S("the base of TR is not canonical") },
	{ ldtr_type, S("LDTR has a type that is not LDT") },
	{ ldtr_s, S("LDTR is not a system segment (S is set)") },
	{ ldtr_present, S("LDTR is usable and not present") },
	{ ldtr_reserved, S("the access rights of LDTR have reserved bits set") },
	{ ldtr_granularity, S("the granularity of LDTR does not fit its limit") },
	{ ldtr_ti, S("the selector of LDTR is in the LDT") },
	{ ldtr_base, S("the base of LDTR is not canonical") },
	{}
};
