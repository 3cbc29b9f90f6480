#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Crash an L1 while a guest runs on it: the kernel that takes over must come up and run
# guests, too.

set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/kernel.sh"

bed=$1
. "$beds/$bed.sh"
kernel=$(kernel_get 6.1 '') || exit 125
work=$(mktemp -d "${TMPDIR:-/tmp}/axvcpu-kexec.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -L "$kernel/vmlinuz" "$work/Image"

# In the L1, by the first kernel and by the second one.
# shellcheck disable=SC2016
script='
if grep -q axvcpu_second /proc/cmdline; then
	echo "ok - the next kernel runs"
	exec tools/testing/selftests/run.sh info lifecycle
fi
cp Image /tmp/
(cd / && find . -xdev ! -name Image | cpio -o -H newc 2>/dev/null) >/tmp/initrd
KEXEC_IMAGE=/tmp/Image KEXEC_INITRD=/tmp/initrd exec tools/testing/selftests/bin/kexec
'
cd "$work" || exit 125
sh "$top/tools/bed.sh" "$bed" --smp 2 --add Image --append crashkernel=256M --timeout 400 -- \
	sh -c "$script"
