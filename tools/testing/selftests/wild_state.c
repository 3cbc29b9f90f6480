// SPDX-License-Identifier: GPL-2.0-only
/* Two thousand wild values, or as many as a minute has room for. */

#include "wild.h"

void test(void)
{
	wild_campaign(60, 2000);
}
