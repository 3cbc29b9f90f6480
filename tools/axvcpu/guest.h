/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest, from the options to a vCPU that can be bound.
 */
#ifndef AXVCPU_GUEST_H
#define AXVCPU_GUEST_H

#include <axvcpu.h>
#include <board.h>

#include "options.h"

/**
 * struct guest - what a guest consists of
 * @dev: the device; -1: not open
 * @vm: its VM
 * @vcpu: its vCPU
 * @board: the machine around it, with its memory
 */
struct guest {
	int dev;
	struct axvcpu_vm *vm;
	struct axvcpu_vcpu *vcpu;
	struct board *board;
};

/**
 * guest_create() - do everything up to BIND, which the vCPU's own thread calls
 * @guest: filled in; for guest_destroy() also after an error
 * @options: what to make; must outlive the guest
 *
 * On an error it has told the user what went wrong.
 *
 * Return: STATUS_OK or another exit status.
 */
int guest_create(struct guest *guest, const struct options *options);

/**
 * guest_destroy() - the reverse of guest_create()
 * @guest: the guest; its vCPU is not inside RUN
 */
void guest_destroy(struct guest *guest);

#endif /* AXVCPU_GUEST_H */
