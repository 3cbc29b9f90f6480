// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Linux boot protocol, 64-bit entry. Field names and offsets are those of
 * the kernel's Documentation/x86/boot.rst and zero-page.rst.
 */
#include <stdbool.h>
#include <string.h>

#include <linux.h>

#include "map.h"

/* In the file and in the boot parameters alike. */
#define SETUP_SECTS		0x1f1
#define SETUP_HEADER		0x1f1
#define BOOT_FLAG		0x1fe
#define JUMP			0x200
#define HEADER			0x202
#define VERSION			0x206
#define KERNEL_VERSION		0x20e
#define TYPE_OF_LOADER		0x210
#define LOADFLAGS		0x211
#define RAMDISK_IMAGE		0x218
#define RAMDISK_SIZE		0x21c
#define CMD_LINE_PTR		0x228
#define INITRD_ADDR_MAX		0x22c
#define KERNEL_ALIGNMENT	0x230
#define RELOCATABLE_KERNEL	0x234
#define XLOADFLAGS		0x236
#define CMDLINE_SIZE		0x238
#define PREF_ADDRESS		0x258
#define INIT_SIZE		0x260
#define HEADER_MIN_END		0x264

/* In the boot parameters only. */
#define E820_ENTRIES		0x1e8
#define E820_TABLE		0x2d0
#define PARAMS_SIZE		0x1000

#define XLF_KERNEL_64		0x0001
#define VERSION_2_12		0x020c
#define ENTRY_64		0x200
#define LOADER_UNDEFINED	0xff
#define CMDLINE_MAX		0x1000

#define E820_RAM		1
#define E820_RESERVED		2

struct e820_entry {
	uint64_t addr;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));

static uint64_t get(const uint8_t *base, unsigned int offset, unsigned int bytes)
{
	uint64_t value = 0;

	memcpy(&value, base + offset, bytes);
	return value;
}

static void put32(uint8_t *base, unsigned int offset, uint32_t value)
{
	memcpy(base + offset, &value, sizeof(value));
}

/* Is it a bzImage with a 64-bit entry? Where does its code start in the file? */
static const char *check(const struct file *kernel, size_t *code)
{
	const uint8_t *file = kernel->data;
	size_t sectors;

	if (kernel->size < HEADER_MIN_END || get(file, BOOT_FLAG, 2) != 0xaa55 ||
	    memcmp(file + HEADER, "HdrS", 4))
		return "not a Linux bzImage: it has no setup header";
	if (get(file, VERSION, 2) < VERSION_2_12 || !(get(file, XLOADFLAGS, 2) & XLF_KERNEL_64))
		return "no 64-bit entry point: a 32-bit kernel, or older than Linux 3.8";
	sectors = file[SETUP_SECTS] ? file[SETUP_SECTS] : 4;
	*code = (sectors + 1) * 512;
	if (*code >= kernel->size)
		return "cut off: the file ends before its code";
	return NULL;
}

/* Is there memory below 4 GiB, which is what the start state maps? */
static bool fits(const struct ram *ram, uint64_t at, uint64_t len)
{
	return at < RAM_HOLE && ram_at(ram, at, len);
}

/* Take the kernel's preferred address, or else the lowest one that is possible. */
static const char *choose_address(const struct ram *ram, const uint8_t *file, size_t code_size,
				  uint64_t *load, uint64_t *end)
{
	uint64_t need = get(file, INIT_SIZE, 4);
	uint64_t align = get(file, KERNEL_ALIGNMENT, 4);
	uint64_t low = 0x100000;

	if (need < code_size)
		need = code_size;
	*load = get(file, PREF_ADDRESS, 8);
	if (*load < low || !fits(ram, *load, need)) {
		if (!file[RELOCATABLE_KERNEL] || !align || align & (align - 1))
			return "its place in memory is not there: give more with --mem";
		*load = (low + align - 1) & ~(align - 1);
	}
	if (!fits(ram, *load, need))
		return "it does not fit into memory: give more with --mem";
	*end = *load + need;
	return NULL;
}

static const char *place_initrd(const struct ram *ram, const uint8_t *file,
				const struct file *initrd, uint64_t floor, uint64_t *at)
{
	uint64_t top = get(file, INITRD_ADDR_MAX, 4) + 1;

	*at = 0;
	if (!initrd->size)
		return NULL;
	if (top > map_low_ram(ram))
		top = map_low_ram(ram);
	if (top < initrd->size || ((top - initrd->size) & ~0xfffULL) < floor)
		return "the initrd does not fit into memory: give more with --mem";
	*at = (top - initrd->size) & ~0xfffULL;
	memcpy(ram_at(ram, *at, initrd->size), initrd->data, initrd->size);
	return NULL;
}

static void memory_map(uint8_t *params, const struct ram *ram)
{
	struct e820_entry map[] = {
		{ 0, 0x9fc00, E820_RAM },
		{ 0x9fc00, 0x100000 - 0x9fc00, E820_RESERVED },
		{ 0x100000, map_low_ram(ram) - 0x100000, E820_RAM },
		{ RAM_HIGH, ram->size - map_low_ram(ram), E820_RAM },
	};

	params[E820_ENTRIES] = ram->size > RAM_HOLE ? 4 : 3;
	memcpy(params + E820_TABLE, map, sizeof(map));
}

static const char *parameters(const struct ram *ram, const uint8_t *file, const char *cmdline,
			      const struct file *initrd, uint64_t initrd_at)
{
	uint8_t *params = ram_at(ram, LOW_PARAMS, PARAMS_SIZE);
	uint64_t limit = get(file, CMDLINE_SIZE, 4);
	size_t header = HEADER + file[JUMP + 1] - SETUP_HEADER;

	if (limit > CMDLINE_MAX - 1)
		limit = CMDLINE_MAX - 1;
	if (strlen(cmdline) > limit)
		return "the command line is longer than this kernel takes";
	memcpy(ram_at(ram, LOW_CMDLINE, CMDLINE_MAX), cmdline, strlen(cmdline) + 1);

	memset(params, 0, PARAMS_SIZE);
	memcpy(params + SETUP_HEADER, file + SETUP_HEADER, header);
	params[TYPE_OF_LOADER] = LOADER_UNDEFINED;
	put32(params, CMD_LINE_PTR, LOW_CMDLINE);
	put32(params, RAMDISK_IMAGE, initrd_at);
	put32(params, RAMDISK_SIZE, initrd->size);
	memory_map(params, ram);
	return NULL;
}

/* Find the version string. NULL if it does not end within the file. */
static const char *version(const struct file *kernel)
{
	size_t at = get(kernel->data, KERNEL_VERSION, 2) + 0x200;

	if (at == 0x200 || at >= kernel->size ||
	    !memchr(kernel->data + at, 0, kernel->size - at))
		return NULL;
	return (const char *)kernel->data + at;
}

const char *linux_load(const struct ram *ram, const struct file *kernel, const struct file *initrd,
		       const char *cmdline, struct linux_image *image)
{
	uint64_t end = 0;
	size_t code = 0;
	const char *why;

	if (!ram_at(ram, 0, 0x200000))
		return "Linux needs more memory: give at least 64M with --mem";
	why = check(kernel, &code);
	if (!why)
		why = choose_address(ram, kernel->data, kernel->size - code, &image->load, &end);
	if (!why)
		why = place_initrd(ram, kernel->data, initrd, end, &image->initrd);
	if (!why)
		why = parameters(ram, kernel->data, cmdline, initrd, image->initrd);
	if (why)
		return why;
	memcpy(ram_at(ram, image->load, kernel->size - code), kernel->data + code,
	       kernel->size - code);
	image->entry = image->load + ENTRY_64;
	image->params = LOW_PARAMS;
	image->version = version(kernel);
	return NULL;
}
