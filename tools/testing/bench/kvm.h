/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the driver for KVM that an architecture gives: ARCH/kvm.c. */
#ifndef AXVCPU_BENCH_KVM_H
#define AXVCPU_BENCH_KVM_H

#include <linux/kvm.h>

#include "bench.h"

extern int kvm_fd;

/* On arm64 Linux 6.1 hands no call of a guest to its VMM. */
#ifdef __aarch64__
#define KVM_ARCH_CALLS	false
#else
#define KVM_ARCH_CALLS	true
#endif

void kvm_arch_vm_create(struct vm *vm, unsigned int flags);
void kvm_arch_vm_close(struct vm *vm);
/* a new vCPU starts at BENCH_CODE */
void kvm_arch_start(struct vcpu *vcpu, unsigned int id);
void kvm_arch_configure(struct vcpu *vcpu);
/* an exit that is of the architecture; @run is the page shared with the kernel */
enum event kvm_arch_exit(struct vcpu *vcpu, const struct kvm_run *run);
void kvm_arch_answer(struct vcpu *vcpu, struct kvm_run *run, uint64_t value);
void kvm_arch_inject(struct vcpu *vcpu);
void kvm_arch_wake(struct vcpu *vcpu);
void kvm_arch_save(struct vcpu *vcpu);
void kvm_arch_restore(struct vcpu *vcpu);

#endif /* AXVCPU_BENCH_KVM_H */
