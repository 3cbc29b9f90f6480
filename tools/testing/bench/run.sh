#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in an L1 whose module is not loaded: one hypervisor after the other, as only one can
# own the hardware. Where KVM is no module it has the hardware or has not, and only one of
# them is measured.
#
# With --symbols axvcpu alone is measured, and where the kernel's functions are is told.
#
# usage: run.sh [--wall | --symbols] [ROW]...

set -u

here=$(cd "$(dirname "$0")" && pwd)
wall='' symbols=''
case ${1:-} in
--wall)		wall=--wall; shift ;;
--symbols)	symbols=1; shift ;;
esac

# Without a source of randomness, as here on arm64, the kernel has none until somebody waits
# for it, and until then gathers anew for each number: with Debian's kernel in every system call.
head -c 1 /dev/random >/dev/null

bench() { "$here/bench" $wall "$@" || exit 1; }

if insmod /axvcpu.ko 2>/dev/null; then
	bench axvcpu "$@"
	[ -z "$symbols" ] || { sed 's/^/symbol /' /proc/kallsyms; exit 0; }
	rmmod axvcpu
fi
modprobe kvm_amd 2>/dev/null || modprobe kvm_intel 2>/dev/null
[ ! -e /dev/kvm ] || bench kvm "$@"
