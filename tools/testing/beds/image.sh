# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What an L1 is made of: the module and the tools, built in the cache so that the checkout
# stays clean, and an initramfs around them.
#
# Needs lib.sh, kernel.sh and a bed.

# build_tree NAME: a copy of the sources in the cache, older build products kept. By content,
# so that what changed is always newer than what was built from it.
build_tree() {
	bt_dir=$cache/build/$checkout-$1
	mkdir -p "$bt_dir"
	rsync -rlpc --delete --exclude=/.git --filter=':- .gitignore' "$top/" "$bt_dir/" || return 1
	printf '%s\n' "$bt_dir"
}

# build TREE TARGET [VARIABLE...]: make it there; compiler warnings are shown.
build() {
	b_tree=$1 b_what=$2
	shift 2
	progress "build $b_what" "$b_tree/build.log" \
		nice make -C "$b_tree" -j"$jobs" "$@" "$b_what" || return 1
	grep -A 3 'warning:' "$b_tree/build.log" >&2 || :
}

# image_module ROOT KERNEL: build the module for that kernel and put it into the image.
image_module() {
	im_tree=$(build_tree "module-${2##*/}") || return 1
	# shellcheck disable=SC2086
	build "$im_tree" module KDIR="$2/build" $bed_kbuild || return 1
	cp "$im_tree/axvcpu.ko" "$1/"
	[ ! -e "$im_tree/axvcpu_kunit.ko" ] || cp "$im_tree/axvcpu_kunit.ko" "$1/"
}

# sysroot_make FOLDER: what the tools are linked with besides libc, for another architecture.
sysroot_make() {
	[ ! -e "$1/complete" ] || return 0
	mkdir -p "$1"
	for sm_pkg in $bed_libraries; do
		sm_deb=$(deb "$sm_pkg") && dpkg -x "$sm_deb" "$1" || return 1
	done
	touch "$1/complete"
}

# image_tools ROOT: build the tools and put what runs, or is data for it, where it is in the tree.
image_tools() {
	it_tree=$(build_tree "tools-$deb_arch") || return 1
	[ -z "${bed_libraries:-}" ] || locked "sysroot-$deb_arch" sysroot_make "$cache/sysroot/$deb_arch" ||
		return 1
	# shellcheck disable=SC2086
	build "$it_tree" tools $bed_tools || return 1
	(cd "$it_tree" && find tools ! -type d \
		\( -perm -u+x -o -name '*.so*' -o -name '*.bin' -o -name '*.list' \) \
		! -path '*/beds/*' ! -name '*.[cho]' | cpio -pdm --quiet "$1$l1_dir")
}

# image_libraries ROOT: the shared libraries that the programs in it were linked with.
image_libraries() {
	[ -z "${bed_cross:-}" ] || { image_cross_libraries "$1"; return; }
	find "$1$l1_dir/tools" -type f -perm -u+x -exec ldd {} + 2>/dev/null |
		sed -n 's/.* => \(\/[^ ]*\) .*/\1/p; s/^\t\(\/[^ ]*\) .*/\1/p' | sort -u |
		while read -r il_lib; do
			case $il_lib in "$cache"/*) continue ;; esac
			mkdir -p "$1${il_lib%/*}"
			cp -L "$il_lib" "$1$il_lib"
		done
}

# The same for another architecture: what the cross compiler has. The library's own is in
# its place.
image_cross_libraries() {
	mkdir -p "$1/lib"
	find "$1$l1_dir/tools" -type f -perm -u+x -exec "${bed_cross}readelf" -ld {} + 2>/dev/null |
		sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p; s/.*program interpreter: .*\/\(.*\)\]/\1/p' |
		sort -u |
		while read -r il_lib; do
			il_path=$("${bed_cross}gcc" -print-file-name="$il_lib")
			[ "$il_path" = "$il_lib" ] || cp -L "$il_path" "$1/lib/"
		done
}

# image_busybox FILE: the bed's own, or this machine's.
image_busybox() {
	[ "${bed_cross:-}" ] || { cp /bin/busybox "$1"; return; }
	ib_deb=$(deb busybox-static) || return 1
	dpkg --fsys-tarfile "$ib_deb" | tar -xO ./bin/busybox >"$1" && chmod +x "$1"
}

# image_kernel_modules ROOT KERNEL: the modules of modules.list with all they depend on.
image_kernel_modules() {
	ik_rel=$(ls "$2/modules/lib/modules")
	mkdir -p "$1/lib/modules/$ik_rel"
	while read -r ik_mod; do
		modprobe -d "$(readlink -f "$2/modules")" -S "$ik_rel" --show-depends "$ik_mod" 2>/dev/null
	done <"$beds/modules.list" | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u |
		while read -r ik_file; do
			cp "$ik_file" "$1/lib/modules/$ik_rel/"
		done
	depmod -b "$1" "$ik_rel" 2>/dev/null
}

# image_add ROOT PATH: an absolute path is the same in the L1, any other is relative to
# the working folder here and there.
image_add() {
	[ -e "$2" ] || die "--add: $2 is not there"
	case $2 in
	/*)	ia_to=$1$2 ;;
	*)	ia_to=$1$l1_dir/$2 ;;
	esac
	mkdir -p "$(dirname "$ia_to")"
	cp -RL "$2" "$(dirname "$ia_to")/"
}

# image_pack ROOT FILE
image_pack() {
	(cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet) >"$2"
}
