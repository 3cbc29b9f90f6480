# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A machine in Bochs: what the beds vmx and svm-bochs share. Bochs has what QEMU's TCG lacks:
# Intel's VMX, and an SVM with NRIPS and flush by ASID. It is one thread that counts
# instructions: guest time is their number divided by bochs_ips, always.
#
# The kernel starts uncompressed from memory, by an option ROM of ours: a Debian kernel is at
# its init after ten seconds, from a CD it takes a minute and a half.

deb_arch=amd64
bed_packages="bochs bochs-term bochsbios vgabios binutils xz-utils"
bed_console=ttyS0,115200
bed_tty=ttyS1
bed_profiler=bochs/profile.c

# It boots in ten seconds of a CPU that it may have to share.
boot_silence=300

bochs_ips=100000000
bochs_kernel=0x1000000		# where a kernel that is not relocated is linked to
bochs_initrd=0x10000000

# MWAIT misses interrupts from other CPUs here; the TSC counts instructions, whatever CPUID
# says about it. Claimed and not there: MWAITX (221), FSRM (580); HT (28) has no siblings;
# XSAVEC (321) and XSAVES (323) have the sizes of XSAVE. The rest is time saved.
bed_options="nokaslr idle=halt tsc=reliable tsc_early_khz=$((bochs_ips / 1000)) no_timer_check \
random.trust_cpu=on mitigations=off audit=0 cryptomgr.notests loglevel=5 clearcpuid=28,221,580,321,323"

# bochs_payload VMLINUZ FILE: the ELF image in a bzImage, whatever it was packed with. The
# setup header has the number of 512-byte setup sectors, the payload's offset behind them and
# its length. All but gzip are followed by the unpacked size, which --single-stream skips.
bochs_payload() {
	p_sectors=$(od -An -tu1 -j 497 -N 1 "$1" | tr -d ' ')
	p_offset=$(od -An -tu4 -j 584 -N 4 "$1" | tr -d ' ')
	p_length=$(od -An -tu4 -j 588 -N 4 "$1" | tr -d ' ')
	p_start=$(((p_sectors + 1) * 512 + p_offset))
	case $(od -An -tx1 -j "$p_start" -N 4 "$1") in
	' 1f 8b'*)	p_unpack='gzip -dc' ;;
	' fd 37 7a 58')	p_unpack='xz -dc --single-stream' ;;
	' 28 b5 2f fd')	need zstd; p_length=$((p_length - 4)) p_unpack='zstd -dc' ;;
	*)		die "$1: packed with something unknown" ;;
	esac
	tail -c "+$((p_start + 1))" "$1" | head -c "$p_length" | $p_unpack >"$2"
}

# bochs_flat KERNEL: print the path of its memory image, made when it is not there.
bochs_flat() {
	f_file=$cache/bochs/$(sha256sum <"$1" | cut -c 1-16).bin
	if [ ! -e "$f_file" ]; then
		mkdir -p "$cache/bochs"
		bochs_payload "$1" "$f_file.elf.$$" &&
			objcopy -O binary "$f_file.elf.$$" "$f_file.$$" || return 1
		rm "$f_file.elf.$$"
		mv "$f_file.$$" "$f_file"
	fi
	printf '%s\n' "$f_file"
}

# bochs_rom FILE: the option ROM for this initramfs and command line. Its bytes add up to 0.
bochs_rom() {
	[ ${#bed_append} -lt 2048 ] || die "the kernel's command line is too long: $bed_append"
	printf '%s' "$bed_append" >"$work/cmdline.bin"
	gcc -c -I "$work" -Wa,-I,"$work" -Wa,--defsym,KERNEL=$bochs_kernel \
		-Wa,--defsym,INITRD=$bochs_initrd \
		-Wa,--defsym,INITRD_SIZE="$(stat -c %s "$bed_initrd")" \
		-o "$work/loader.o" "$beds/bochs/loader.S" &&
		ld -Ttext=0xd0000 --oformat binary -e 0xd0000 -o "$1" "$work/loader.o" || return 1
	r_sum=$(od -An -v -tu1 "$1" | awk '{ for (i = 1; i <= NF; i++) s += $i } END { print s % 256 }')
	# shellcheck disable=SC2059
	printf "\\$(printf '%03o' $(((256 - r_sum) % 256)))" |
		dd of="$1" bs=1 seek=$(($(stat -c %s "$1") - 1)) conv=notrunc status=none
}

# megabytes SIZE: 512M and 1G as a number of MiB.
megabytes() {
	case $1 in
	*G)	echo $((${1%G} * 1024)) ;;
	*M)	echo "${1%M}" ;;
	*)	die "--mem $1: give it as 512M or 2G" ;;
	esac
}

# bochs_config ROM FLAT TTY: the machine. The model comes last, so that what follows its name
# has its say.
bochs_config() {
	c_mem=$(megabytes "$bed_mem")
	cat <<-EOF
	plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, serial=1, gameport=0
	config_interface: textconfig
	display_library: rfb, options="timeout=0"
	memory: guest=$c_mem, host=$c_mem
	romimage: file=/usr/share/bochs/BIOS-bochs-latest
	vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
	optromimage1: file=$1, address=0xd0000
	optramimage1: file=$2, address=$bochs_kernel
	optramimage2: file=$bed_initrd, address=$bochs_initrd
	cpu: count=$bed_smp, ips=$bochs_ips, reset_on_triple_fault=1, ignore_bad_msrs=1, mwait_is_nop=0, ${bed_msrs:+msrs="$bed_msrs", }model=$bed_model
	clock: sync=none, time0=local
	pci: enabled=1, chipset=i440fx
	boot: cdrom
	com1: enabled=1, mode=file, dev=$bed_log
	com2: enabled=1, $3
	log: $work/bochs.log
	debugger_log: -
	panic: action=report
	error: action=report
	info: action=report
	debug: action=ignore
	EOF
}

# bochs_start: bed_start of both beds, as svm.sh describes it.
bochs_start() {
	gcc -O2 -Wall -shared -fPIC -o "$work/fixes.so" "$beds/bochs/fixes.c" || return 1
	s_flat=$(bochs_flat "$bed_kernel") || return 1
	bochs_rom "$work/loader.rom" || return 1
	# For its debugger, which also stops at a reset.
	printf 'continue\nquit\n' >"$work/rc"
	if [ "$interactive" ]; then
		s_tty="mode=term, dev=$(tty)"
		exec 4>/dev/null
	else
		s_tty="mode=file, dev=$work/tty"
		rm -f "$work/tty"
		mkfifo "$work/tty"
		cat "$work/tty" &
		exec 4>"$work/tty"
	fi
	bochs_config "$work/loader.rom" "$s_flat" "$s_tty" >"$work/bochsrc"
	s_libraries=$work/fixes.so${bed_profile:+:$work/profile.so}
	(limited env LD_PRELOAD="$s_libraries" PROFILE_OUT="$bed_profile" bochs-bin -q -f "$work/bochsrc" \
		-rc "$work/rc" </dev/null >"$work/screen" 2>&1 4>&-)
	s_status=$?
	exec 4>&-
	wait
	return "$s_status"
}
