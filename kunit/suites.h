/* SPDX-License-Identifier: GPL-2.0-only */
/* Every suite of the module, one file each, by name. */
#ifndef AXVCPU_SUITES_H
#define AXVCPU_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite axvcpu_arm64_cache_suite;
extern struct kunit_suite axvcpu_arm64_decode_suite;
extern struct kunit_suite axvcpu_arm64_idreg_suite;
extern struct kunit_suite axvcpu_arm64_stage2_suite;
extern struct kunit_suite axvcpu_arm64_tlb_suite;
extern struct kunit_suite axvcpu_arm64_walk_suite;
extern struct kunit_suite axvcpu_clean_suite;
extern struct kunit_suite axvcpu_event_suite;
extern struct kunit_suite axvcpu_failure_suite;
extern struct kunit_suite axvcpu_fake_suite;
extern struct kunit_suite axvcpu_fault_suite;
extern struct kunit_suite axvcpu_group_suite;
extern struct kunit_suite axvcpu_halt_suite;
extern struct kunit_suite axvcpu_memory_race_suite;
extern struct kunit_suite axvcpu_memory_suite;
extern struct kunit_suite axvcpu_pagetable_random_suite;
extern struct kunit_suite axvcpu_pagetable_suite;
extern struct kunit_suite axvcpu_percpu_suite;
extern struct kunit_suite axvcpu_place_suite;
extern struct kunit_suite axvcpu_race_suite;
extern struct kunit_suite axvcpu_run_suite;
extern struct kunit_suite axvcpu_state_suite;
extern struct kunit_suite axvcpu_svm_asid_suite;
extern struct kunit_suite axvcpu_svm_check_suite;
extern struct kunit_suite axvcpu_svm_event_suite;
extern struct kunit_suite axvcpu_svm_exit_suite;
extern struct kunit_suite axvcpu_uarg_suite;
extern struct kunit_suite axvcpu_vcpu_suite;
extern struct kunit_suite axvcpu_vmx_check_suite;
extern struct kunit_suite axvcpu_vmx_exit_suite;
extern struct kunit_suite axvcpu_x86_cpuid_suite;
extern struct kunit_suite axvcpu_x86_decode_suite;
extern struct kunit_suite axvcpu_x86_mitigation_suite;
extern struct kunit_suite axvcpu_x86_state_suite;
extern struct kunit_suite axvcpu_x86_string_suite;
extern struct kunit_suite axvcpu_x86_switch_suite;
extern struct kunit_suite axvcpu_x86_walk_suite;

#endif /* AXVCPU_SUITES_H */
