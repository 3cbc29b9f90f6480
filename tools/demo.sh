#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Guests on a vCPU of this module, from nothing but a Debian machine: builds everything, then
# runs the command line tool in an L1.

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/kernel.sh"
. "$beds/image.sh"

usage() {
	cat <<-EOF
	usage: tools/demo.sh [--bed BED]

	Shows a 16-, a 32- and a 64-bit guest, then Debian's own kernel, each printing
	through its vCPU, and the exits that it took.
	EOF
}

bed=svm
while [ $# -gt 0 ]; do
	case $1 in
	--bed)		[ $# -gt 1 ] || die "--bed wants a value"
			bed=$2; shift ;;
	-h | --help)	usage; exit 0 ;;
	*)		usage >&2; exit 125 ;;
	esac
	shift
done

# What runs in the L1.
# shellcheck disable=SC2016
x86_script='
show() { echo; echo "\$ $*"; "$@"; }

show axvcpu info || exit 1
for mode in real prot long; do
	case $mode in real) bits=16 ;; prot) bits=32 ;; long) bits=64 ;; esac
	show axvcpu run --mode $mode tools/axvcpu/demo/hello$bits.bin || exit 1
done
show axvcpu run --stats --timeout 120 --kernel vmlinuz --initrd initrd 2>&1 | tee /tmp/linux
grep -q "Linux version" /tmp/linux && grep -q "BIOS-e820" /tmp/linux &&
	grep -q "Hello from the userspace" /tmp/linux
'
# Without an interrupt controller the kernel does not get to its userspace: it says who it is.
# shellcheck disable=SC2016
arm64_script='
show() { echo; echo "\$ $*"; "$@"; }

show axvcpu info || exit 1
show vmm || exit 1
show axvcpu run tools/axvcpu/demo/hello-arm64.bin || exit 1
show axvcpu run --stats --timeout 120 --kernel vmlinuz 2>&1 | tee /tmp/linux
grep -q "Linux version" /tmp/linux && grep -q "Machine model: axvcpu board" /tmp/linux
'
. "$beds/$bed.sh"
# Bochs boots the guest's kernel in minutes.
case $bed in vmx | svm-bochs) limit=1200 ;; *) limit=280 ;; esac
case $deb_arch in arm64) script=$arm64_script ;; *) script=$x86_script ;; esac

kernel=$(kernel_get 6.1 '') || exit 125
work=$(mktemp -d "${TMPDIR:-/tmp}/axvcpu-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -L "$kernel/vmlinuz" "$work/vmlinuz"
need busybox-static cpio
mkdir -p "$work/root/bin"
cp /bin/busybox "$work/root/bin/"
cp "$top/tools/axvcpu/demo/init" "$work/root/"
image_pack "$work/root" "$work/initrd"
cd "$work" || exit 125
sh "$top/tools/bed.sh" "$bed" --add vmlinuz --add initrd --timeout "$limit" -- sh -c "$script"
