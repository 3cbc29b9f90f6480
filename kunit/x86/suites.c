// SPDX-License-Identifier: GPL-2.0-only
/* The suites of arch/x86. */
#include "../suites.h"

kunit_test_suites(&axvcpu_svm_asid_suite,
		  &axvcpu_svm_check_suite,
		  &axvcpu_svm_event_suite,
		  &axvcpu_svm_exit_suite,
		  &axvcpu_vmx_check_suite,
		  &axvcpu_vmx_exit_suite,
		  &axvcpu_x86_cpuid_suite,
		  &axvcpu_x86_decode_suite,
		  &axvcpu_x86_mitigation_suite,
		  &axvcpu_x86_state_suite,
		  &axvcpu_x86_string_suite,
		  &axvcpu_x86_switch_suite,
		  &axvcpu_x86_walk_suite);
