/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: the device /dev/axvcpu from C and C++.
 *
 * A thin layer: every command of the device is one function here, every concept
 * of linux/axvcpu.h keeps its name, and a program may mix these calls with its
 * own ioctls on the file descriptors. On top of that: an exit loop with
 * callbacks, the completion of reads, and the completion of MMIO instructions
 * that the kernel hands over undecoded.
 *
 * Where nothing is said of the result of a function that returns int, it is 0 or a
 * negative errno: the device's own, unless said otherwise. Nothing here prints, exits
 * or aborts. Objects are not locked: calls on one vCPU belong to one thread, except
 * axvcpu_vcpu_kick, _inject*, _get_info and _get_stats, which any thread of the
 * process may make while the vCPU is open.
 */
#ifndef AXVCPU_H
#define AXVCPU_H

#include <axvcpu/device.h>
#include <axvcpu/exit.h>
#include <axvcpu/names.h>
#include <axvcpu/state.h>
#include <axvcpu/vcpu.h>
#include <axvcpu/vm.h>
#if defined(__x86_64__) || defined(__i386__)
#include <axvcpu/x86.h>
#elif defined(__aarch64__)
#include <axvcpu/arm64.h>
#else
#error "axvcpu has no backend for this architecture"
#endif

#endif /* AXVCPU_H */
