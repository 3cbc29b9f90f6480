// SPDX-License-Identifier: GPL-2.0-only
/* The same until every value was there once, and combinations of them after that. */

#include <limits.h>

#include "wild.h"

void test(void)
{
	wild_campaign(600, ULONG_MAX);
}
