# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The kernels an L1 can run. Each is a folder of the cache with the same three things in it:
# vmlinuz, build (what KDIR wants) and modules (a tree with lib/modules in it).
#
# Needs lib.sh.

# The variables a bed may set before: the Debian architecture and the kernel flavour.
deb_arch=${deb_arch:-amd64}

# kernel_get VERSION|PATH DEBUG: print the folder of that kernel, made when it is not there.
kernel_get() {
	case $1 in
	*/*)	{ [ -e "$1/vmlinuz" ] && [ -d "$1/build/" ] && [ -d "$1/modules/" ]; } ||
			die "$1: no kernel: wants vmlinuz, build/ and modules/ in it"
		(cd "$1" && pwd) ;;
	*)	if [ "$2" ]; then kernel_debug "$1"; else kernel_stock "$1"; fi ;;
	esac
}

# kernel_stock VERSION: Debian's own, unpacked from its packages and not installed.
kernel_stock() {
	ks_dir=$cache/kernel/$1-$deb_arch
	[ -e "$ks_dir/complete" ] ||
		locked "kernel-$1-$deb_arch" kernel_stock_make "$1" "$ks_dir" >&2 || return 1
	printf '%s\n' "$ks_dir"
}

# stock_release VERSION: the release its packages are named by, e.g. 6.1 -> 6.1.0-56-amd64.
stock_release() {
	sr_re=$(printf '%s' "$1" | sed 's/[.]/\\./g')
	sr_rel=$(dependency "linux-image-$deb_arch" "linux-image-$sr_re\\.[^ ]*")
	if [ -z "$sr_rel" ]; then
		sr_rel=$(foreign apt-cache pkgnames "linux-image-$1." | sort -V |
			sed -n "/^linux-image-[0-9][^-]*\(-[0-9]*\)\{0,1\}-$deb_arch\$/p" | tail -n 1)
	fi
	printf '%s\n' "${sr_rel#linux-image-}"
}

kernel_stock_make() {
	[ ! -e "$2/complete" ] || return 0
	need dpkg xz-utils kmod
	locked "apt-$deb_arch" foreign_setup || die "no package lists for $deb_arch"
	k_rel=$(stock_release "$1")
	if [ -z "$k_rel" ]; then
		apt_try "look for kernel $1" foreign as_root apt-get update
		k_rel=$(stock_release "$1")
	fi
	[ "$k_rel" ] || die "apt knows no kernel $1 for $deb_arch"
	say "kernel $1 is $k_rel"
	rm -rf "$2"
	mkdir -p "$2/root"
	for k_pkg in "linux-image-$k_rel" "linux-headers-$k_rel" \
		     "linux-headers-${k_rel%"-$deb_arch"}-common" \
		     "$(dependency "linux-headers-$k_rel" 'linux-kbuild-.*'):$(dpkg --print-architecture)"; do
		k_deb=$(deb "$k_pkg") || die "cannot download $k_pkg"
		say "unpacking $k_pkg"
		dpkg -x "$k_deb" "$2/root" || die "cannot unpack $k_deb"
	done
	k_src=$2/root/usr/src
	# The headers name each other by where they would be installed.
	sed -i "s|/usr/src/|$k_src/|" "$k_src/linux-headers-$k_rel/Makefile"
	ln -s "root/boot/vmlinuz-$k_rel" "$2/vmlinuz"
	ln -s "root/usr/src/linux-headers-$k_rel" "$2/build"
	ln -s root "$2/modules"
	depmod -b "$2/root" "$k_rel"
	touch "$2/complete"
}

# source_get VERSION: print the folder of Debian's patched source of that kernel.
source_get() {
	sg_dir=$cache/source/$1
	[ -e "$sg_dir/complete" ] ||
		locked "source-$1" source_make "$1" "$sg_dir" >&2 || return 1
	printf '%s\n' "$sg_dir"
}

source_make() {
	[ ! -e "$2/complete" ] || return 0
	need dpkg xz-utils
	s_deb=$(deb "linux-source-$1") || die "cannot download linux-source-$1"
	rm -rf "$2"
	mkdir -p "$2"
	progress "unpack linux-source-$1" "$2.log" source_unpack "$s_deb" "$2" ||
		die "cannot unpack $s_deb"
	touch "$2/complete"
}

# The drivers left out are half of the bulk, and no kernel here has them.
source_unpack() {
	dpkg --fsys-tarfile "$1" | tar -x -O --wildcards '*/linux-source-*.tar.xz' | xz -dc |
		tar -x -C "$2" --strip-components=1 --wildcards \
			--exclude='*/drivers/gpu/drm/*.[ch]' --exclude='*/drivers/media/*.[ch]' \
			--exclude='*/drivers/net/*.[ch]' --exclude='*/sound/*.[ch]' \
			--exclude='*/drivers/staging/*.[ch]' --exclude='*/Documentation/*.rst' \
			--exclude='*/tools/testing/*.[ch]'
}

# debug_config: the options of the debug kernel, on this architecture.
debug_config() {
	dc_more=$beds/debug-$deb_arch.config
	if [ -e "$dc_more" ]; then
		awk 'NR == FNR && /^#-/ { for (i = 2; i <= NF; i++) drop["CONFIG_" $i]; next }
			NR == FNR { next }
			{ split($0, option, "="); if (!(option[1] in drop)) print }' \
			"$dc_more" "$beds/debug.config"
		cat "$dc_more"
	else
		cat "$beds/debug.config"
	fi
}

# kernel_debug_dir VERSION: where the debug kernel is, or will be.
kernel_debug_dir() {
	kd_sum=$(debug_config | sha256sum | cut -c 1-8)
	printf '%s\n' "$cache/kernel/$1-$deb_arch-debug-$kd_sum"
}

# kernel_debug_there VERSION: print the folder when it has been built.
kernel_debug_there() {
	kt_dir=$(kernel_debug_dir "$1")
	[ ! -e "$kt_dir/complete" ] || printf '%s\n' "$kt_dir"
}

# kernel_debug VERSION: tinyconfig plus debug.config, the sanitizers and KUnit in it.
kernel_debug() {
	kd_dir=$(kernel_debug_dir "$1")
	[ -e "$kd_dir/complete" ] ||
		locked "kernel-$1-$deb_arch-debug" kernel_debug_make "$1" "$kd_dir" >&2 || return 1
	printf '%s\n' "$kd_dir"
}

kernel_debug_make() {
	[ ! -e "$2/complete" ] || return 0
	need gcc libc6-dev make flex bison bc libelf-dev rsync kmod perl
	kd_src=$(source_get "$1") || return 1
	mkdir -p "$2/build"
	debug_config >"$2/debug.config"
	progress "configure the debug kernel" "$2/config.log" debug_configure "$kd_src" "$2/build" ||
		die "cannot configure the debug kernel"
	progress "build the debug kernel" "$2/build.log" debug_build "$kd_src" "$2" ||
		die "cannot build the debug kernel"
	touch "$2/complete"
}

# shellcheck disable=SC2086
debug_make() { nice make -C "$1" O="$2" -j"$jobs" ${bed_kbuild:-} "$3"; }

# shellcheck disable=SC2086
debug_image() { nice make -s -C "$1" O="$2" ${bed_kbuild:-} image_name; }

debug_configure() {
	debug_make "$1" "$2" tinyconfig &&
		"$1/scripts/kconfig/merge_config.sh" -m -O "$2" "$2/.config" "$2/../debug.config" &&
		debug_make "$1" "$2" olddefconfig &&
		debug_config_check "$2/.config" "$2/../debug.config"
}

# An option that another one turned off would be missed in silence.
debug_config_check() {
	! grep '^CONFIG_' "$2" | grep -vxF -f "$1" || {
		echo "these options of debug.config did not take"
		return 1
	}
}

debug_build() {
	debug_make "$1" "$2/build" all &&
		INSTALL_MOD_PATH=$2/modules debug_make "$1" "$2/build" modules_install &&
		ln -sf "build/$(debug_image "$1" "$2/build")" "$2/vmlinuz"
}
