/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device without a kernel: the library's ioctls end here (--wrap=ioctl).
 */
#ifndef UNIT_FAKE_H
#define UNIT_FAKE_H

#include <stdint.h>

#include <axvcpu.h>

/* A device register page and a page of guest memory, one to one in linear addresses. */
#define FAKE_DEVICE	0x10000000ULL
#define FAKE_RAM	0x20000000ULL
#define FAKE_PAGES	3
#define FAKE_SIZE	(FAKE_PAGES * 4096ULL)

/**
 * struct fake - what the device knows and was told
 * @segs: AXVCPU_X86_GROUP_SEGMENTS
 * @ctl: AXVCPU_X86_GROUP_CONTROL
 * @xsave: AXVCPU_X86_GROUP_XSAVE
 * @unmapped: linear page that TRANSLATE refuses; 0: none
 * @readonly: linear page that it refuses to write; 0: none
 * @inject: the last INJECT
 * @injected: how many
 * @refuse: the last REFUSE
 * @refused: how many
 */
struct fake {
	struct axvcpu_x86_segments segs;
	struct axvcpu_x86_control ctl;
	uint8_t xsave[1024];
	uint64_t unmapped;
	uint64_t readonly;
	struct axvcpu_inject inject;
	unsigned int injected;
	struct axvcpu_refuse refuse;
	unsigned int refused;
};

extern struct fake fake;
int __wrap_ioctl(int fd, unsigned long cmd, ...);

/* A vCPU whose guest is in 64-bit mode, @ram as its memory at FAKE_RAM. */
struct axvcpu_vcpu *fake_vcpu(void *ram);
void fake_close(struct axvcpu_vcpu *vcpu);

#endif /* UNIT_FAKE_H */
