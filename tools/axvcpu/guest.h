/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest, from the options to a vCPU that is bound and can run.
 */
#ifndef AXVCPU_GUEST_H
#define AXVCPU_GUEST_H

#include <axvcpu.h>
#include <load.h>

#include "options.h"

/**
 * struct guest - what a guest consists of
 * @dev: the device; -1: not open
 * @vm: its VM
 * @vcpu: its vCPU
 * @ram: its memory
 * @mapped: bytes of this process's memory behind @ram
 */
struct guest {
	int dev;
	struct axvcpu_vm *vm;
	struct axvcpu_vcpu *vcpu;
	struct ram ram;
	uint64_t mapped;
};

/**
 * guest_create() - everything up to BIND
 * @guest: filled in; for guest_destroy() also after an error
 * @options: what to make
 *
 * Says what went wrong.
 *
 * Return: STATUS_OK or another exit status.
 */
int guest_create(struct guest *guest, const struct options *options);
void guest_destroy(struct guest *guest);

#endif /* AXVCPU_GUEST_H */
