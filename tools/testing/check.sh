#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What can be said of the sources without running them: one line per check, status 1 when
# one fails. A check is a function check_NAME that prints what is wrong, and nothing else.

set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
beds=$top/tools/testing/beds
. "$beds/lib.sh"
. "$beds/kernel.sh"
. "$beds/image.sh"
bed_kbuild='' bed_tools=''

checks='checkpatch gcc sparse kernel-doc includes vendors failures writes barriers uapi-c uapi-c++ uapi-32 lib-c++ tools matrix shellcheck'

usage() {
	cat <<-EOF
	usage: tools/testing/check.sh [CHECK]...

	The checks, all by default:
	  checkpatch   kernel style, --strict
	  gcc          the module, W=1
	  sparse       the module, C=2
	  kernel-doc   the comments of uapi/, core/ and the library's header
	  includes     who may include whom
	  vendors      core/ names no processor
	  writes       each raw write to the processor has its row in writes.list
	  barriers     el2-nvhe: EL2's stores are done before the kernel drops their cache
	               lines; when the arm64 kernel of the beds is there
	  failures     GET_FAILURE shows no address of the host's
	  uapi-c uapi-c++ uapi-32
	               each UAPI header alone: gnu90, C++, 32 bit
	  lib-c++      the library's header from C++
	  tools        the userspace without a warning
	  matrix       the page about testing has the table of tools/testing/matrix
	  shellcheck   the scripts
	EOF
}

# files DIR PATTERN: sources, without what a build leaves behind.
files() {
	[ ! -e "$1" ] || find "$1" -path ./build -prune -o -path ./.git -prune -o -type f \
		-name "$2" ! -name '*.mod.c' ! -name 'asm-offsets.[hs]' -print | sed 's|^\./||' | sort
}

# style IGNORED: checkpatch over the files whose names come in.
style() {
	xargs -r -P "$jobs" -n 6 "$source/scripts/checkpatch.pl" --strict --quiet --no-tree \
		--terse --show-types --ignore "MACRO_ARG_REUSE,$1" --file |
		grep -v -e '^total:' -e "spaces preferred around that '%'"
}

# Where a rule cannot hold: what depends on the kernel's version is the purpose of compat.h,
# a trace header is tables that look like code, BIT() and __printf() are the kernel's alone,
# the library's header is for every processor, the names of Zydis are what they are. And
# MACRO_ARG_REUSE cannot tell the name of an array or a member from an expression, nor
# SPACING a label of asm goto from a remainder.
check_checkpatch() {
	for dir in axvcpu_main.c core arch kunit; do files "$dir" '*.[chS]'; done |
		grep -v -e compat.h -e trace.h | style NONE
	{ files core 'compat.h'; files arch 'compat.h'; } |
		style LINUX_VERSION_CODE,CONSTANT_COMPARISON
	{ files core 'trace.h'; files arch 'trace.h'; } |
		style OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT
	files uapi '*.h' | style BIT_MACRO
	files tools '*.[chS]' | style BIT_MACRO,PREFER_DEFINED_ATTRIBUTE_MACRO,ARCH_DEFINES,EMBEDDED_FUNCTION_NAME,CAMELCASE
}

# module_messages LOG: what a compiler said about a file of ours.
module_messages() {
	grep -E "(warning|error):" "$1" | grep -E "^($tree/|[a-z])" | sed "s|^$tree/||"
}

# module_make VARIABLE...: what the build for each kernel has to say.
module_make() {
	for kernel in $kernels; do
		make -C "$tree" KDIR="$kernel/build" clean >/dev/null 2>&1
		nice make -C "$tree" -j"$jobs" KDIR="$kernel/build" "$@" module \
			>"$work/module" 2>&1 || tail -n 5 "$work/module"
		[ -e "$tree/axvcpu.ko" ] || echo "no axvcpu.ko came of it"
		module_messages "$work/module"
	done | sort -u
}

check_gcc() { module_make W=1; }

check_sparse() { module_make C=2; }

check_kernel_doc() {
	{ files uapi '*.h'; files core '*.[ch]'; files tools/lib '*.h'; } |
		xargs -r "$source/scripts/kernel-doc" -none -Werror
}

# Each line: who (a pattern of files), the project's headers that it may name. A header of
# the same folder is always one. The folders are named from the top.
check_includes() {
	while read -r who may; do
		for file in $who; do
			[ -f "$file" ] || continue
			grep -nE '^[[:space:]]*#[[:space:]]*include' "$file" |
				sed -E 's/^([0-9]+):.*include[[:space:]]*["<]([^">]*)[">].*/\1 \2/' |
				include_line "$file" "$may"
		done
	done <<-EOF
	axvcpu_main.c ^core/
	core/* ^core/
	arch/arm64/* ^core/(ops|compat)\.h$
	arch/x86/* ^(core/(ops|compat)\.h|arch/x86/insn/[^/]*)$
	arch/x86/*/* ^(core/(ops|compat)\.h|arch/x86/[^/]*|arch/x86/insn/[^/]*)$
	kunit/* ^(core|arch|kunit)/
	kunit/*/* ^(core|arch|kunit)/
	uapi/linux/* ^$
	tools/*/*.[ch] ^tools/
	tools/*/*/*.[ch] ^tools/
	tools/*/*/*/*.[ch] ^tools/
	EOF
	grep -nE '#[[:space:]]*include.*<asm/' core/* 2>/dev/null
	# What is portable in the userspace knows no architecture but by a header of both.
	grep -nE '#[[:space:]]*include.*["</](x86|arm64)/' \
		tools/lib/*.[ch] tools/vmm/*.[ch] tools/axvcpu/*.[ch]
	grep -nE '#[[:space:]]*include' uapi/linux/* |
		grep -vE '<linux/(types|ioctl|axvcpu[a-z0-9_]*)\.h>'
}

# include_line FILE ALLOWED: reads "line header", prints those of the project not allowed.
include_line() {
	while read -r line header; do
		path=$(project_header "$(dirname "$1")" "$header")
		case $path in '' | "$(dirname "$1")/"*) continue ;; esac
		printf '%s\n' "$path" | grep -qE "$2" || echo "$1:$line: may not include $header"
	done
}

# project_header FOLDER HEADER: where the compiler finds it, if that is in the project.
project_header() {
	for base in "$1" . core; do
		[ ! -e "$base/$2" ] || { realpath --relative-to=. "$base/$2"; return; }
	done
}

check_vendors() {
	[ ! -e core ] || grep -rniE \
		'(^|[^a-z])(intel|amd|vmx|svm|vmcs|vmcb|ept|npt|arm|arm64|aarch64|el2|vhe|x86)([^a-z0-9]|$)' \
		--include='*.[ch]' core
}

# The raw writes in arch/, one a line, blanks evened out; what defines them is none.
raw_writes() {
	{ files arch '*.[chS]'; files arch '*.inc'; } | xargs -r sed -E '
		s/[[:space:]]+/ /g
		/^ ?(#|\/?\*|\.macro|\.ifc|static |[0-9]+: msr \\)/d
		/vmcs_write\(field|"wrmsr"|^ msr \\/d' |
		grep -oE \
			-e '\<(x86_host_wrmsr|wrmsrl|set_debugreg|x86_write_dr6|xsetbv|native_write_cr[0-9])\([^;]*' \
			-e '\<(native_load_gdt|loadsegment|load_gs_index|vmcs_write|vmcs_put)\([^;]*' \
			-e '\<write_sysreg(_s)?\([^;]*' -e '\<F\((GUEST|CR)[A-Z0-9_]*' \
			-e '\<(lldt|f?xrstorq|vmload|vmrun)\>' -e '^ wrmsr$' \
			-e '\\(do|pair) .*' -e '\<LOAD_(REG|PAIR) .*' -e '\<msr [a-zA-Z].*' |
		sed -E 's/^ //; s/ $//' | sort -u
}

# A row is for a write that looks like its first column, where * and ? stand for anything.
check_writes() {
	raw_writes >"$work/writes"
	awk -F'|' '
		NR == FNR && /^(#|$)/ { next }
		NR == FNR {
			row[++n] = pattern = $1
			gsub(/[][\\.+^$(){}]/, "\\\\&", pattern)
			gsub(/[*]/, ".*", pattern)
			gsub(/[?]/, ".", pattern)
			like[n] = "^" pattern "$"
			next
		}
		{
			for (i = 1; i <= n && $0 !~ like[i]; i++)
				;
			if (i > n) print "no row for: " $0
			else used[i] = 1
		}
		END { for (i = 1; i <= n; i++) if (!used[i]) print "no such write: " row[i] }
	' tools/testing/writes.list "$work/writes"
	grep -v '^#' tools/testing/writes.list | grep -oE '\<[a-z0-9_]+\(\)' | tr -d '()' | sort -u |
	while read -r function; do
		grep -rqE "(^|[ *])$function\(" arch || echo "no such guard: $function()"
	done
}

# What axvcpu_vcpu_fail() is given goes to the VMM: no physical address, and no pointer.
check_failures() {
	files arch '*.c' | xargs -r awk '
		/axvcpu_vcpu_fail\(/ { call = 1 }
		call && /_pa[^a-z]|virt_to_phys|page_to_phys|\(unsigned long\)/ {
			print FILENAME ":" FNR ": an address of the host" }
		call && /;/ { call = 0 }'
}

# compile_alone FILES-DIR COMPILER...: each header by itself.
compile_alone() {
	ca_dir=$1
	shift
	for file in $(files "$ca_dir" '*.h'); do
		"$@" -Wall -Wextra -Werror -fsyntax-only -I uapi -I tools/lib \
			-include "$file" /dev/null 2>&1 | grep -E 'error|warning'
	done
}

# The second folder is where the C library's headers are that a 32-bit one would bring.
check_uapi_c() { compile_alone uapi gcc -std=gnu90 -x c; }
check_uapi_cxx() { compile_alone uapi g++ -x c++; }
check_uapi_32() {
	compile_alone uapi gcc -m32 -ffreestanding -isystem "/usr/include/$(gcc -print-multiarch)" -x c
}
check_lib_cxx() { compile_alone tools/lib g++ -x c++; }

check_tools() {
	make -C "$tree/tools" clean >/dev/null 2>&1
	nice make -C "$tree" -j"$jobs" tools >"$work/tools" 2>&1 || tail -n 5 "$work/tools"
	grep -E '(warning|error):' "$work/tools"
}

check_matrix() {
	sed -n '/^\.\. matrix begin/,/^\.\. matrix end/p' Documentation/testing.rst |
		sed '/^\.\. /d; /^$/d' >"$work/page"
	sh tools/test.sh --rst | diff "$work/page" - || echo "put what tools/test.sh --rst prints there"
}

# Those without the ending are known by their first line.
scripts() {
	for file in $(files . '[!.]*'); do
		case $file in */*.* | *.[a-z]* | */Makefile) continue ;; esac
		head -c 100 "$file" | grep -qaE -m 1 '^#!.*[/ ](da)?sh$' && echo "$file"
	done
	files .ci run
}

check_shellcheck() {
	{ files . '*.sh'; scripts; } | sort -u | xargs -r shellcheck -f gcc
}

# Device stores and cache maintenance are ordered by a DSB alone: Arm ARM D7.5.8. No emulator
# shows one that is missing.
check_barriers() {
	arm64=$cache/kernel/6.1-arm64
	[ -e "$arm64/complete" ] || return 0
	nice make -C "$arm64/build" M="$tree" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- \
		arch/arm64/el2_nvhe.o >"$work/module" 2>&1 || tail -n 5 "$work/module"
	aarch64-linux-gnu-objdump -d --no-show-raw-insn "$tree/arch/arm64/el2_nvhe.o" | awk '
		/>:$/ { function_name = $2; called = 0 }
		/\thvc\t/ { called = 1; calls++ }
		/\tdsb\tsy/ { called = 0 }
		/\tdc\tcivac/ && called { print function_name " no DSB between EL2 and DC CIVAC"; called = 0 }
		END { if (!calls) print "el2_nvhe.o: no HVC" }'
}

# function NAME: what the check is called in this file.
function_of() { printf 'check_%s\n' "$1" | sed 's/c++/cxx/; s/-/_/g'; }

# silent CHECK: a check is good when it has nothing to say.
silent() {
	"$(function_of "$1")" >"$work/out" 2>&1
	[ ! -s "$work/out" ]
}

# main CHECK...: locked, as the copy of the sources is rebuilt from nothing.
main() {
	tree=$(build_tree check) || die "cannot copy the sources"
	passed=0 failed=0 progress_tail=0
	for check; do
		if progress "$check" "$work/log" silent "$check"; then
			passed=$((passed + 1))
			echo "ok - $check"
		else
			failed=$((failed + 1))
			echo "not ok - $check"
			head -n 40 "$work/out" | sed 's/^/    /'
			[ "$(wc -l <"$work/out")" -le 40 ] ||
				echo "    ... $(wc -l <"$work/out") lines in all"
		fi
	done
	echo "check: $passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}

case ${1-} in -h | --help) usage; exit 0 ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/axvcpu-check.XXXXXX")
trap 'rm -rf "$work"' EXIT
need perl sparse shellcheck gcc g++ make rsync libc6-dev pkg-config libzydis-dev
# The KUnit suites are built only for a kernel that has KUnit: checked when it is there.
kernels=$(kernel_get 6.1 '') || exit 1
kernels="$kernels $(kernel_made_there 6.1 debug)"
source=$(source_get 6.1) || exit 1
cd "$top" || exit 1
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $checks
locked "check-$checkout" main "$@"
