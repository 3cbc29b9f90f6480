# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# SVM: QEMU's own CPU (TCG). It has nested paging and virtual GIF, and no NRIPS, decode
# assists, flush by ASID or AVIC.

deb_arch=amd64
bed_packages=qemu-system-x86
bed_console=ttyS0
bed_tty=ttyS1

bed_model=${bed_model:-max}

# monitor: what makes machine checks of the monitor those of a guest of the L1.
monitor() {
	gcc -O2 -Wall -shared -fPIC -o "$work/machine_check.so" "$beds/machine_check.c"
}

# bed_start: the emulator, the kernel's log in $bed_log, the command's
# terminal on standard input and output, the monitor on the L1's ttyS2.
bed_start() {
	[ -z "$bed_monitor" ] || monitor || return 1
	limited env ${bed_monitor:+"LD_PRELOAD=$work/machine_check.so"} \
		qemu-system-x86_64 -M q35 -accel tcg,thread="$bed_threads" -cpu "$bed_model" \
		-smp "$bed_smp" -m "$bed_mem" ${bed_profile:+-plugin "$work/profile.so,out=$bed_profile"} \
		${bed_icount:+-icount shift=0,sleep=off} ${bed_gdb:+-gdb "tcp:127.0.0.1:$bed_gdb"} \
		-display none -nodefaults -no-reboot \
		-chardev "file,id=log,path=$bed_log" -serial chardev:log \
		-chardev stdio,id=tty,signal=off -serial chardev:tty \
		${bed_monitor:+-chardev "socket,id=monitor,path=$work/monitor,server=on,wait=off" \
			-mon chardev=monitor \
			-chardev "socket,id=l1,path=$work/monitor" -serial chardev:l1} \
		-kernel "$bed_kernel" -initrd "$bed_initrd" -append "$bed_append"
}
