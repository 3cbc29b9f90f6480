#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run a command in a Linux (the L1) that runs in an emulator with the module loaded.

set -u

usage() {
	cat <<-EOF
	usage: tools/bed.sh BED [OPTION]... [--] COMMAND...

	Boots the L1 of that bed, runs COMMAND in it with the tools in its PATH, shows its
	output, ends with its status. A kernel warning in the L1 is a failure.

	  --add PATH      put this file or folder into the L1, at the same relative place
	  --smp N         CPUs of the L1 (default 1)
	  --mem M         memory of the L1 (default 1G, 2G with --debug)
	  --kernel K      a Debian kernel version (default 6.1); "rt": Debian's with PREEMPT_RT;
	                  "small": its source with little more than the module needs; or a
	                  folder with vmlinuz, build/ and modules/
	  --model M       CPU model, where the bed has several
	  --debug         a kernel with KUnit, KASAN, lockdep and kmemleak
	  --icount        guest time counts instructions: one is a nanosecond
	  --one-thread    QEMU's CPUs take turns: before its version 8.1 one of two at a time
	                  may go on with old code when a kernel changes its own
	  --profile FILE  leave there how often the L1 executed each of its kernel's
	                  instructions
	  --monitor       the L1's ttyS2 is the monitor of the emulator; a machine check that
	                  it injects is met by a guest of the L1 (bed svm)
	  --gdb PORT      gdb may connect to the emulator at this TCP port (QEMU's beds); the
	                  kernel and the module are where they are linked to
	  --append STR    more for the L1's kernel command line; may be repeated
	  --no-load       leave the module at /axvcpu.ko, not loaded
	  --kvm           where KVM is not a module: leave the hardware to it
	  --leaks         with --debug: at the end unload the module and look for leaks
	  --timeout S     give up after S seconds (default 600)
	  --log FILE      keep the L1's kernel log there

	status: the command's; 124 after the time limit; 125 when the L1's kernel
	warned or died, or the bed itself failed.

	beds: $(cd "$beds" && grep -l '^bed_start' -- *.sh | sed 's/\.sh$//' | tr '\n' ' ')
	EOF
}

top=$(cd "$(dirname "$0")/.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/kernel.sh"
. "$beds/image.sh"

# What a bed's file may set or use.
l1_dir=/l1
bed_cross='' bed_libraries='' bed_kbuild='' bed_tools='' bed_packages='' bed_tty='' bed_console=''
bed_smp=1 bed_mem='' bed_icount='' bed_threads=multi bed_model='' bed_msrs='' bed_options=''
bed_profiler=profile.c bed_profile='' bed_monitor='' bed_gdb=''

parse() {
	[ $# -gt 0 ] || { usage >&2; exit 125; }
	case $1 in -h | --help) usage; exit 0 ;; esac
	bed=$1 add='' kernel=6.1 variant='' append='' load=1 leaks='' bed_kvm='' limit=600 keep='' profile=''
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--add | --smp | --mem | --model | --kernel | --append | --timeout | --log | --profile | --gdb)
			[ $# -gt 1 ] || die "$1 wants a value" ;;
		esac
		case $1 in
		--add)		add="$add$2
"; shift ;;
		--smp)		bed_smp=$2; shift ;;
		--mem)		bed_mem=$2; shift ;;
		--model)	bed_model=$2; shift ;;
		--kernel)
			case $2 in rt | small) variant=$2 ;; *) kernel=$2 ;; esac
			shift ;;
		--append)	append="$append $2"; shift ;;
		--timeout)	limit=$2; shift ;;
		--log)		keep=$2; shift ;;
		--debug)	variant=debug ;;
		--icount)	bed_icount=1 bed_threads=single ;;
		--one-thread)	bed_threads=single ;;
		--profile)	profile=$2; shift ;;
		--gdb)		bed_gdb=$2 append="$append nokaslr"; shift ;;
		--no-load)	load='' ;;
		--kvm)		bed_kvm=1 load='' ;;
		--leaks)	leaks=1 ;;
		--monitor)	bed_monitor=1 ;;
		-h | --help)	usage; exit 0 ;;
		--)		shift; break ;;
		-*)		die "unknown option $1" ;;
		*)		break ;;
		esac
		shift
	done
	[ $# -gt 0 ] || die "no command given"
	grep -qs '^bed_start' "$beds/$bed.sh" || die "no bed $bed"
	case $variant in debug) bed_mem=${bed_mem:-2G} ;; *) bed_mem=${bed_mem:-1G} ;; esac
	command=$(quote "$@")
}

# quote ARGUMENT...: so that a shell reads them back as they are.
quote() {
	for q; do
		printf "'"
		printf '%s' "$q" | sed "s/'/'\\\\''/g"
		printf "' "
	done
}

# The initramfs, from the sources as they are now.
image() {
	mkdir -p "$work/root/bin" "$work/root/bed" "$work/root$l1_dir"
	image_busybox "$work/root/bin/busybox" || return 1
	cp "$beds/init" "$work/root/init"
	cp "$beds/warnings.list" "$work/root/bed/"
	locked "build-$checkout-module-${kernel_dir##*/}" image_module "$work/root" "$kernel_dir" || return 1
	locked "build-$checkout-tools-$deb_arch" image_tools "$work/root" || return 1
	image_libraries "$work/root"
	image_kernel_modules "$work/root" "$kernel_dir"
	printf '%s' "$add" | while read -r i_path; do
		image_add "$work/root" "$i_path" || exit 1
	done || return 1
	cat >"$work/root/bed/config" <<-EOF
	bed_tty=$bed_tty
	bed_load=$load
	bed_interactive=$interactive
	EOF
	[ -z "$leaks" ] || : >"$work/root/bed/leaks"
	cat >"$work/root/bed/command" <<-EOF
	#!/bin/sh
	cd $l1_dir
	for d in \$(find tools -type f -perm -100 | sed 's|/[^/]*\$||' | sort -u); do
		PATH=$l1_dir/\$d:\$PATH
	done
	export PATH LD_LIBRARY_PATH=$l1_dir/tools/lib AXVCPU_BED=$bed
	exec $command
	EOF
	chmod +x "$work/root/bed/command" "$work/root/init"
	image_pack "$work/root" "$bed_initrd"
}

# profiler: what counts, for the emulator to load as $work/profile.so.
profiler() {
	"${HOSTCC:-gcc}" -O2 -Wall -shared -fPIC -fvisibility=hidden -I "$beds" \
		-o "$work/profile.so" "$beds/$bed_profiler" || return 1
	bed_profile=$profile
}

# limited COMMAND...: a bed starts its emulator with this.
limited() { exec timeout --foreground -k 5 "$limit" "$@"; }

# Emulated kernels now and then hang or complain while they boot, before anything of ours has
# run. init says when it is there and has looked; without that the L1 is started anew.
boot_tries=5 boot_silence=60
up() { grep -q 'axvcpu-bed: up' "$bed_log"; }

# watch PID: end an emulator whose kernel stops talking before it is up.
watch() {
	w_size=0 w_idle=0
	while sleep 5 && ! up; do
		w_idle=$((w_idle + 5)) w_last=$w_size w_size=$(wc -c <"$bed_log")
		[ "$w_size" -eq "$w_last" ] || w_idle=0
		[ "$w_idle" -lt "$boot_silence" ] || { kill_below "$1"; kill "$1"; return; }
	done
}

# The shell gives a job in the background no standard input, so hand it over.
start() {
	if [ "$interactive" ]; then exec 3<&0; else exec 3</dev/null; fi
	bed_start <&3 3<&- &
	s_pid=$!
	watch "$s_pid" </dev/null 3<&- >/dev/null 2>&1 &
	s_watch=$!
	wait "$s_pid"
	emulator_status=$?
	kill_below "$s_watch"
	kill "$s_watch" 2>/dev/null
	exec 3<&-
}

boot() {
	b_try=0
	while [ "$b_try" -lt "$boot_tries" ]; do
		b_try=$((b_try + 1))
		: >"$bed_log"
		start
		! up || return 0
		say "bed.sh: the L1 did not come up (attempt $b_try); the end of the kernel's log:"
		tail -n 5 "$bed_log" >&2
	done
}

# last_kernel: the log from where the last kernel came up; more than one: a test of kexec.
last_kernel() {
	awk '/axvcpu-bed: up/ { text = "" } { text = text $0 "\n" } END { printf "%s", text }' \
		"$bed_log" >"$work/last"
	mv "$work/last" "$bed_log"
}

# verdict: the exit status, from the log and what came back.
verdict() {
	v_status=$(sed -n 's/.*axvcpu-bed: status \([0-9]*\).*/\1/p' "$bed_log" | tail -n 1)
	if [ "$emulator_status" -eq 124 ] && [ -z "$v_status" ]; then
		say "bed.sh: no end after $limit s, stopped; the end of the kernel's log:"
		tail -n 15 "$bed_log" >&2
		return 124
	fi
	if grep -qE -f "$beds/warnings.list" "$bed_log"; then
		say "bed.sh: the L1's kernel complained:"
		grep -E -A 30 -f "$beds/warnings.list" "$bed_log" | head -n 80 >&2
		return 125
	fi
	if [ -z "$v_status" ]; then
		say "bed.sh: the L1 ended before its command did; the end of the kernel's log:"
		tail -n 30 "$bed_log" >&2
		return 125
	fi
	! grep 'axvcpu-bed: the module does not load' "$bed_log" >&2 || grep 'axvcpu:' "$bed_log" >&2
	return "$v_status"
}

parse "$@"
. "$beds/$bed.sh"
case $bed_gdb/$bed_packages in [!/]*/bochs*) die "--gdb: only QEMU's beds have it" ;; esac
interactive=''
[ ! -t 0 ] || [ ! -t 1 ] || interactive=1

work=$(mktemp -d "${TMPDIR:-/tmp}/axvcpu-bed.XXXXXX")
trap 'rm -rf "$work"' EXIT
bed_log=$work/log bed_initrd=$work/initrd
: >"$bed_log"

# shellcheck disable=SC2086
need gcc libc6-dev make rsync cpio kmod busybox-static pkg-config libzydis-dev $bed_packages
kernel_dir=$(kernel_get "$kernel" "$variant") || exit 125
bed_kernel=$kernel_dir/vmlinuz
bed_append="console=$bed_console panic=-1 oops=panic log_buf_len=1M watchdog_thresh=30 \
rcupdate.rcu_cpu_stall_timeout=60 secretmem.enable=1 $bed_options $append"
image || die "no image"
[ -z "$profile" ] || profiler || die "no profiler"
boot
[ -z "$keep" ] || cp "$bed_log" "$keep"
last_kernel
verdict
