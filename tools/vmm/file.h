/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file in memory.
 */
#ifndef VMM_FILE_H
#define VMM_FILE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct file - the bytes of a file
 * @data: all of them
 * @size: how many; 0: there is no file
 */
struct file {
	const uint8_t *data;
	size_t size;
};

/**
 * file_read() - map a file
 * @path: its path
 * @file: filled in, for file_drop()
 *
 * Return: 0 or -errno; -EISDIR for a folder, -ENODATA for an empty file. @file
 * is unchanged on an error.
 */
int file_read(const char *path, struct file *file);

/**
 * file_drop() - forget a file
 * @file: the file; of size 0: nothing happens
 */
void file_drop(struct file *file);

#endif /* VMM_FILE_H */
