/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wild values: every member of everything that a VMM can set, one at a time, with values that
 * no sane one has; then a short RUN, and back to a state that works.
 */
#ifndef AXVCPU_SELFTEST_WILD_H
#define AXVCPU_SELFTEST_WILD_H

#include "harness.h"

/**
 * struct wild_base - a state to start from
 * @name: for the reader
 * @guest: reports WILD_REPORT for ever
 * @prepare: more state, so that the backend has to load all there is
 */
struct wild_base {
	const char *name;
	const struct guest *guest;
	void (*prepare)(struct machine *m);
};

#define WILD_REPORT	10100

/**
 * struct wild_layout - the members of a group
 * @group: AXVCPU_*GROUP_*
 * @widths: bytes of each member, a digit each; repeated to the end of the group. Those of
 *	other groups are 8.
 */
struct wild_layout {
	uint32_t group;
	const char *widths;
};

/* The byte of an instruction that no guest gets past. */
extern const uint8_t wild_fill;

/* The architecture's: NULL and 0 end them. */
extern const struct wild_base wild_bases[];
extern const struct wild_layout wild_layouts[];

/**
 * wild_spared() - is a member left alone, because an emulator dies of it?
 * @group: AXVCPU_*GROUP_*; 0: a command's argument
 * @offset: bytes from its start
 */
bool wild_spared(uint32_t group, uint32_t offset);

/**
 * wild_campaign() - set wild values for a while, and report
 * @seconds: how long at the most, on a plain kernel
 * @values: how many at the most. With more than there are, combinations of them follow
 *	until the time is up.
 */
void wild_campaign(unsigned int seconds, unsigned long values);

#endif /* AXVCPU_SELFTEST_WILD_H */
