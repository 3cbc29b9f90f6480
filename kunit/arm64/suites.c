// SPDX-License-Identifier: GPL-2.0-only
/* The suites of arch/arm64. */
#include "../suites.h"

kunit_test_suites(&axvcpu_arm64_cache_suite,
		  &axvcpu_arm64_decode_suite,
		  &axvcpu_arm64_idreg_suite,
		  &axvcpu_arm64_stage2_suite,
		  &axvcpu_arm64_tlb_suite,
		  &axvcpu_arm64_walk_suite);
