#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# An L1's kernel ends while a guest runs on it, by a crash or by kexec: the one that takes
# over must come up and run guests, too.

set -u

usage() { echo "usage: tools/testing/kexec.sh BED crash|kexec" >&2; exit 125; }

[ $# -eq 2 ] || usage
case $2 in crash | kexec) ;; *) usage ;; esac

top=$(cd "$(dirname "$0")/../.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/kernel.sh"

bed=$1 how=$2
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
KEXEC_IMAGE=/tmp/Image KEXEC_INITRD=/tmp/initrd KEXEC_HOW=$0 exec tools/testing/selftests/bin/kexec
'
cd "$work" || exit 125
sh "$top/tools/bed.sh" "$bed" --smp 2 --add Image --append crashkernel=256M --timeout 400 -- \
	sh -c "$script" "$how"
