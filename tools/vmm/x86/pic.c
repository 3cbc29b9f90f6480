// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 8259A pair. Names of command words are those of its data sheet.
 */
#include <string.h>

#include "pic.h"

#define ICW1		0x10
#define ICW1_ICW4	0x01
#define ICW4_AUTO_EOI	0x02
#define OCW3		0x08
#define OCW2_EOI	0x20
#define OCW2_SPECIFIC	0x40
#define CASCADE		2
#define SPURIOUS	7

void pic_reset(struct pic *pic)
{
	memset(pic, 0, sizeof(*pic));
	pic->chip[0].imr = 0xff;
	pic->chip[1].imr = 0xff;
}

/* The number of the lowest set bit, which has the highest priority; 8 if there is none. */
static unsigned int first(uint8_t bits)
{
	return bits ? (unsigned int)__builtin_ctz(bits) : 8;
}

/*
 * The input that wins now. It is unmasked and has a higher priority than what is in
 * service; 8 if there is none.
 */
static unsigned int winner(const struct pic_chip *chip)
{
	unsigned int irq = first(chip->irr & ~chip->imr);

	return irq < first(chip->isr) ? irq : 8;
}

static void set_input(struct pic_chip *chip, unsigned int irq, bool level)
{
	uint8_t bit = 1U << irq;

	if (level && ((chip->level & bit) || !(chip->lines & bit)))
		chip->irr |= bit;
	/* The 8259A drops a request whose line goes away before it is acknowledged. */
	if (!level)
		chip->irr &= ~bit;
	chip->lines = level ? chip->lines | bit : chip->lines & ~bit;
}

/* The second chip's output is the first one's input 2, and follows it. */
static void cascade(struct pic *pic)
{
	set_input(&pic->chip[0], CASCADE, winner(&pic->chip[1]) < 8);
}

void pic_set(struct pic *pic, unsigned int irq, bool level)
{
	set_input(&pic->chip[irq / 8 & 1], irq % 8, level);
	cascade(pic);
}

bool pic_pending(const struct pic *pic)
{
	return winner(&pic->chip[0]) < 8;
}

static uint8_t acknowledge(struct pic_chip *chip)
{
	unsigned int irq = winner(chip);

	if (irq == 8)
		return chip->base + SPURIOUS;
	if (!chip->auto_eoi)
		chip->isr |= 1U << irq;
	if (!(chip->level & (1U << irq)))
		chip->irr &= ~(1U << irq);
	return chip->base + irq;
}

uint8_t pic_acknowledge(struct pic *pic)
{
	bool second = winner(&pic->chip[0]) == CASCADE;
	uint8_t vector = acknowledge(&pic->chip[0]);

	if (second)
		vector = acknowledge(&pic->chip[1]);
	/* An edge: the next request of the second chip has to be seen as new. */
	set_input(&pic->chip[0], CASCADE, false);
	cascade(pic);
	return vector;
}

static void command(struct pic_chip *chip, uint8_t value)
{
	if (value & ICW1) {
		chip->init_step = 2;
		chip->needs_icw4 = value & ICW1_ICW4;
		chip->imr = 0;
		chip->isr = 0;
		chip->irr &= chip->level;
		chip->auto_eoi = false;
		chip->read_isr = false;
	} else if (value & OCW3) {
		if (value & 0x02)
			chip->read_isr = value & 0x01;
	} else if (value & OCW2_EOI) {
		if (value & OCW2_SPECIFIC)
			chip->isr &= ~(1U << (value & 7));
		else
			chip->isr &= chip->isr - 1;
	}
}

static void data(struct pic_chip *chip, uint8_t value)
{
	switch (chip->init_step) {
	case 2:
		chip->base = value & 0xf8;
		chip->init_step = 3;
		break;
	case 3:
		chip->init_step = chip->needs_icw4 ? 4 : 0;
		break;
	case 4:
		chip->auto_eoi = value & ICW4_AUTO_EOI;
		chip->init_step = 0;
		break;
	default:
		chip->imr = value;
		break;
	}
}

void pic_write(struct pic *pic, uint16_t port, uint8_t value)
{
	struct pic_chip *chip = &pic->chip[port >= 0xa0 && port < 0x4d0];

	switch (port) {
	case 0x20:
	case 0xa0:
		command(chip, value);
		break;
	case 0x21:
	case 0xa1:
		data(chip, value);
		break;
	case 0x4d0:
		/* The timer, keyboard and cascade inputs are edges on every PC. */
		pic->chip[0].level = value & 0xf8;
		break;
	case 0x4d1:
		pic->chip[1].level = value & 0xde;
		break;
	}
	cascade(pic);
}

uint8_t pic_read(struct pic *pic, uint16_t port)
{
	const struct pic_chip *chip = &pic->chip[port >= 0xa0 && port < 0x4d0];

	switch (port) {
	case 0x20:
	case 0xa0:
		return chip->read_isr ? chip->isr : chip->irr;
	case 0x21:
	case 0xa1:
		return chip->imr;
	case 0x4d0:
		return pic->chip[0].level;
	case 0x4d1:
		return pic->chip[1].level;
	}
	return 0xff;
}
