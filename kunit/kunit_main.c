// SPDX-License-Identifier: GPL-2.0-only
/*
 * axvcpu_kunit.ko: the core, a fake backend and the suites in one module of its
 * own, which KUnit runs as it is loaded. It needs no hardware and no axvcpu.ko.
 */
#include <linux/module.h>

#include "suites.h"

kunit_test_suites(&axvcpu_clean_suite,
		  &axvcpu_event_suite,
		  &axvcpu_failure_suite,
		  &axvcpu_fake_suite,
		  &axvcpu_fault_suite,
		  &axvcpu_group_suite,
		  &axvcpu_halt_suite,
		  &axvcpu_memory_race_suite,
		  &axvcpu_memory_suite,
		  &axvcpu_pagetable_random_suite,
		  &axvcpu_pagetable_suite,
		  &axvcpu_percpu_suite,
		  &axvcpu_place_suite,
		  &axvcpu_race_suite,
		  &axvcpu_run_suite,
		  &axvcpu_state_suite,
		  &axvcpu_uarg_suite,
		  &axvcpu_vcpu_suite);

MODULE_DESCRIPTION("KUnit suites of axvcpu");
MODULE_LICENSE("GPL");
