// SPDX-License-Identifier: GPL-2.0-only
/* Wild values for a minute. */

#include "wild.h"

void test(void)
{
	wild_campaign(60);
}
