#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the L1: loads the KUnit suites, prints their results.

set -u

modprobe kunit enable=1 || exit 1
dmesg -c >/dev/null
insmod /axvcpu_kunit.ko
status=$?
# With the time stamps and the level gone the kernel's log is the KTAP report.
dmesg -r | sed -n 's/^<[0-9]*>\(\[[^]]*\] \)\{0,1\}//p' >/tmp/kunit
cat /tmp/kunit
[ "$status" -eq 0 ] && ! grep -q '^ *not ok' /tmp/kunit
