/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command says when something fails, and the status it then ends with.
 */
#ifndef AXVCPU_MESSAGE_H
#define AXVCPU_MESSAGE_H

/* Exit statuses. A guest that ends by itself can have others. */
#define STATUS_OK		0
#define STATUS_USAGE		2
#define STATUS_TIMEOUT		124
#define STATUS_HOST		125
#define STATUS_GUEST		126
#define STATUS_INTERRUPTED	130

/**
 * enum operation - what failed
 * @OP_OPEN: opening the device
 * @OP_INFO: GET_INFO and the like
 * @OP_VM: CREATE_VM
 * @OP_MAP: VM_MAP
 * @OP_VCPU: CREATE_VCPU
 * @OP_SETUP: everything between CREATE_VCPU and BIND
 * @OP_BIND: BIND
 * @OP_RUN: RUN and the handling of its exits
 * @OP_MEMORY: memory for the guest
 * @OP_FILE: reading a file
 * @OP_PS: reading the list of vCPUs
 */
enum operation {
	OP_OPEN,
	OP_INFO,
	OP_VM,
	OP_MAP,
	OP_VCPU,
	OP_SETUP,
	OP_BIND,
	OP_RUN,
	OP_MEMORY,
	OP_FILE,
	OP_PS,
};

/**
 * complain() - print one line to the standard error, after the command's name
 * @format: as printf, without the newline
 */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * explain() - say which operation failed on what, why, and what helps
 * @op: what failed
 * @error: the errno, positive or negative
 * @object: what it was done to
 *
 * Return: STATUS_HOST.
 */
int explain(enum operation op, int error, const char *object);

/**
 * explain_no_device() - say why there is no /dev/axvcpu
 *
 * Looks at the modules, the processor and the kernel's log, and says what it
 * finds, in one or more lines.
 *
 * Return: STATUS_HOST.
 */
int explain_no_device(void);

#endif /* AXVCPU_MESSAGE_H */
