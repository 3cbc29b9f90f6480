// SPDX-License-Identifier: GPL-2.0-only
/* The clock, and what is made of its readings. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#include "bench.h"
#include "profile.h"

/* Odd, and enough that a timer tick in some of them does not show in the median. */
#define SAMPLES	31

bool wall_clock;
char **wanted;

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "bench: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	exit(1);
}

int must_ioctl(int fd, unsigned long cmd, void *arg, const char *what)
{
	int ret = ioctl(fd, cmd, arg);

	if (ret < 0)
		die("%s: %s", what, strerror(errno));
	return ret;
}

void *anonymous(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("%zu bytes: %s", size, strerror(errno));
	return memory;
}

uint64_t now(void)
{
	struct timespec ts;

	if (!wall_clock)
		return guest_clock();
	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

bool wants(const char *row)
{
	if (!*wanted)
		return true;
	for (char **name = wanted; *name; name++)
		if (!strcmp(*name, row))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void report(const char *name, const char *unit, double *samples, unsigned int count,
	    double rounds)
{
	double median;

	qsort(samples, count, sizeof(*samples), compare);
	median = samples[count / 2];
	printf("row %s %s %s %.0f %.2f %.0f\n", driver->name, name, unit, median,
	       100 * (samples[count - 1 - count / 4] - samples[count / 4]) / median, rounds);
	fflush(stdout);
}

static void nothing(void *arg)
{
	(void)arg;
}

uint64_t count_start(void)
{
	profile_mark(PROFILE_START);
	return now();
}

double count_stop(uint64_t start)
{
	uint64_t stop = now();

	profile_mark(PROFILE_STOP);
	return (double)(stop - start);
}

static double timed(unsigned int batch, void (*op)(void *), void *arg)
{
	uint64_t start = now();

	for (unsigned int i = 0; i < batch; i++)
		op(arg);
	return (double)(now() - start);
}

/* The same, counted. */
static double counted(unsigned int batch, void (*op)(void *), void *arg)
{
	double time;

	profile_mark(PROFILE_START);
	time = timed(batch, op, arg);
	profile_mark(PROFILE_STOP);
	return time;
}

void measure_above(const char *name, unsigned int batch, void (*op)(void *), void *arg,
		   void (*part)(void *), void *part_arg, double count)
{
	double samples[SAMPLES];

	/* The first time is special to many a cache. */
	timed(batch, op, arg);
	timed(batch, part, part_arg);
	for (unsigned int i = 0; i < SAMPLES; i++)
		samples[i] = (counted(batch, op, arg) - timed(batch, part, part_arg)) /
			     (batch * count);
	report(name, wall_clock ? "ns" : "insns", samples, SAMPLES,
	       SAMPLES * batch * count);
}

void measure(const char *name, unsigned int batch, void (*op)(void *), void *arg)
{
	measure_above(name, batch, op, arg, nothing, NULL, 1);
}
