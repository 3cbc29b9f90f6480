// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bzImage loader on a header made here, good and bad.
 */
#include <linux.h>
#include <map.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define MIB		(1ULL << 20)
#define FILE_SIZE	(64 * 1024)
#define CODE		(3 * 512)

static uint8_t file[FILE_SIZE];
static uint8_t initrd_data[10000];

static void put(unsigned int offset, uint64_t value, unsigned int bytes)
{
	memcpy(file + offset, &value, bytes);
}

static void make_file(void)
{
	for (unsigned int i = 0; i < FILE_SIZE; i++)
		file[i] = i * 13;
	memset(file + 0x1f1, 0, 0x264 - 0x1f1);
	file[0x1f1] = 2;
	put(0x1fe, 0xaa55, 2);
	file[0x200] = 0xeb;
	file[0x201] = 0x66;
	memcpy(file + 0x202, "HdrS", 4);
	put(0x206, 0x020f, 2);
	put(0x20e, 0x300, 2);
	memcpy(file + 0x500, "6.1.0-test", 11);
	put(0x22c, 0x7fffffff, 4);
	put(0x230, 0x200000, 4);
	file[0x234] = 1;
	put(0x236, 1, 2);
	put(0x238, 2047, 4);
	put(0x258, 16 * MIB, 8);
	put(0x260, 20 * MIB, 4);
}

static const char *load(struct ram *ram, const char *cmdline, size_t initrd,
			struct linux_image *image)
{
	struct file kernel = { file, FILE_SIZE }, rd = { initrd_data, initrd };

	return linux_load(ram, &kernel, &rd, cmdline, image);
}

static uint64_t get(const struct ram *ram, uint64_t at, unsigned int bytes)
{
	uint64_t value = 0;

	memcpy(&value, ram->hva + at, bytes);
	return value;
}

static void good(struct ram *ram)
{
	struct linux_image image;
	const uint8_t *e820 = ram->hva + LOW_PARAMS + 0x2d0;

	make_file();
	ok(!load(ram, "console=ttyS0", sizeof(initrd_data), &image), "a good image");
	is(image.load, 16 * MIB, "loaded where it likes to be");
	is(image.entry, 16 * MIB + 0x200, "64-bit entry");
	ok(image.version && !strcmp(image.version, "6.1.0-test"), "its version");
	ok(!memcmp(ram->hva + image.load, file + CODE, FILE_SIZE - CODE), "its code");
	is(image.initrd & 4095, 0, "initrd at a page");
	is(image.initrd, (64 * MIB - sizeof(initrd_data)) & ~4095ULL, "initrd at the top");
	ok(!memcmp(ram->hva + image.initrd, initrd_data, sizeof(initrd_data)), "its bytes");
	is(get(ram, LOW_PARAMS + 0x218, 4), image.initrd, "ramdisk_image");
	is(get(ram, LOW_PARAMS + 0x21c, 4), sizeof(initrd_data), "ramdisk_size");
	is(get(ram, LOW_PARAMS + 0x228, 4), LOW_CMDLINE, "cmd_line_ptr");
	ok(!strcmp((char *)ram->hva + LOW_CMDLINE, "console=ttyS0"), "command line");
	is(ram->hva[LOW_PARAMS + 0x210], 0xff, "type_of_loader");
	is(ram->hva[LOW_PARAMS + 0x1e8], 3, "e820: three entries");
	ok(!memcmp(e820 + 40, "\0\0\x10\0\0\0\0\0\0\0\xf0\x03\0\0\0\0\1\0\0\0", 20),
	   "e820: memory from 1 MiB to the end");
	ok(!load(ram, "", 0, &image), "no initrd");
	is(get(ram, LOW_PARAMS + 0x21c, 4), 0, "ramdisk_size is 0");
}

static void placement(struct ram *ram)
{
	struct linux_image image;
	struct ram small = { .hva = ram->hva };

	make_file();
	map_add_ram(&small, 32 * MIB);
	ok(!load(&small, "", 0, &image), "memory ends where it likes to be");
	is(image.load, 2 * MIB, "loaded as low as its alignment allows");
	file[0x234] = 0;
	ok(load(&small, "", 0, &image), "unless it cannot be moved");
	make_file();
	small.range[0].size = 8 * MIB;
	ok(load(&small, "", 0, &image), "too little memory");
	small.range[0].size = MIB;
	ok(load(&small, "", 0, &image), "next to none");
	make_file();
	put(0x258, ~0ULL - 0x1000, 8);
	ok(!load(ram, "", 0, &image) && image.load == 2 * MIB, "an address that wraps");
	put(0x230, 3, 4);
	ok(load(ram, "", 0, &image), "an alignment that is none");
}

static void bad(struct ram *ram)
{
	struct linux_image image;
	char longer[2049];
	struct file none = { file, 0 }, part = { file, 0x250 };

	make_file();
	ok(linux_load(ram, &none, &none, "", &image), "an empty file");
	ok(linux_load(ram, &part, &none, "", &image), "a file that ends in its header");
	part.size = CODE;
	ok(linux_load(ram, &part, &none, "", &image), "a file that ends before its code");
	file[0x202] = 'X';
	ok(load(ram, "", 0, &image), "no setup header");
	make_file();
	put(0x236, 0, 2);
	ok(load(ram, "", 0, &image), "no 64-bit entry");
	make_file();
	put(0x206, 0x0203, 2);
	ok(load(ram, "", 0, &image), "an old protocol");
	make_file();
	memset(longer, 'a', sizeof(longer));
	longer[2048] = '\0';
	ok(load(ram, longer, 0, &image), "a command line too long");
	longer[2047] = '\0';
	ok(!load(ram, longer, 0, &image), "and one that just fits");
	put(0x22c, 1 * MIB, 4);
	ok(load(ram, "", sizeof(initrd_data), &image), "an initrd that has no room");
	make_file();
	put(0x20e, 0xfff0, 2);
	ok(!load(ram, "", 0, &image) && !image.version, "a version that is not in the file");
	make_file();
	file[0x201] = 0xff;
	ok(!load(ram, "", 0, &image), "a header as long as can be");
}

int main(void)
{
	struct ram ram = { .hva = calloc(1, 64 * MIB) };

	for (unsigned int i = 0; i < sizeof(initrd_data); i++)
		initrd_data[i] = i;
	map_add_ram(&ram, 64 * MIB);
	good(&ram);
	placement(&ram);
	bad(&ram);
	free(ram.hva);
	return tap_done();
}
