# SPDX-License-Identifier: GPL-2.0-only
#
# The module is built by the kernel's own build system (see Kbuild), the userspace by
# tools/Makefile, everything else is done by the script it names.

# The build folder of the kernel that the module is for.
KDIR ?= /lib/modules/$(shell uname -r)/build

# Nobody needs the module's types at run time, and not every machine has pahole.
KMAKE := $(MAKE) -C $(KDIR) M=$(CURDIR) CONFIG_DEBUG_INFO_BTF_MODULES=

# The group that may open the device, as in the udev rule.
GROUP := axvcpu

PREFIX ?= /usr/local
UDEVDIR ?= /etc/udev/rules.d
export PREFIX DESTDIR

MAN := $(wildcard Documentation/*.[1-8] Documentation/man/*.[1-8])

all: module

module: kdir
	+$(KMAKE) modules

kdir:
	@test -e $(KDIR)/Makefile || { \
		echo "$(KDIR) is no kernel build folder: install the headers of the kernel" \
		     "(on Debian: linux-headers-amd64), or name another one with KDIR=" >&2; \
		exit 1; }

tools:
	+$(MAKE) -C tools

check:
	sh tools/testing/check.sh

test:
	sh tools/test.sh

demo:
	sh tools/demo.sh

install: install-module install-tools

# A package (DESTDIR) indexes its modules where it is unpacked.
install-module: module
	+$(KMAKE) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	$(if $(DESTDIR),,depmod -a)

install-tools: tools
	install -d $(DESTDIR)$(PREFIX)/include/linux $(DESTDIR)$(UDEVDIR)
	install -m 644 uapi/linux/*.h $(DESTDIR)$(PREFIX)/include/linux/
	install -m 644 tools/udev/60-axvcpu.rules $(DESTDIR)$(UDEVDIR)/
	for page in $(MAN); do \
		install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; \
	done
	+$(MAKE) -C tools install
	$(if $(DESTDIR),,ldconfig; getent group $(GROUP) >/dev/null || groupadd --system $(GROUP))

clean:
	+test ! -e $(KDIR)/Makefile || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	+$(MAKE) -C tools clean

.PHONY: all module kdir tools check test demo install install-module install-tools clean
