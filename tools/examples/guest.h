/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest of vmm.c. */
#ifndef EXAMPLES_GUEST_H
#define EXAMPLES_GUEST_H

extern const char guest[], guest_end[];

#endif /* EXAMPLES_GUEST_H */
