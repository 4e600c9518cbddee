/* Columns of rows that hold numbers and nothing else, compiled: see ../plain_rows.py. */

#include "crew.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PIECES 8
#define MOST_DIGITS 18
#define EXACT (1LL << 53) /* whole numbers up to here, and powers up to here, are exact */
#define MOST_EXACT 22

static const double POWERS[MOST_EXACT + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int is_gap(char c) { return c == ' ' || c == '\t'; }
static int ends_word(char c) { return is_gap(c) || c == '\n'; }

static const char *digits(const char *at, int64_t *whole, int64_t *count)
{
    for (; is_digit(*at); at++, (*count)++)
        if (*count < MOST_DIGITS)
            *whole = 10 * *whole + (*at - '0');
    return at;
}

static const char *exponent(const char *at, int64_t *power)
{
    int64_t told = 0, count = 0;
    int minus = *at == '-';
    at = digits(at + (minus || *at == '+'), &told, &count);
    if (!count || count > 4)
        return NULL;
    *power += minus ? -told : told;
    return at;
}

/* Read a decimal number; return where its word ends, or NULL where it is none. */
static const char *number(const char *at, double *value)
{
    const char *begin = at;
    int64_t whole = 0, count = 0, power = 0;
    int minus = *at == '-';
    at = digits(at + (minus || *at == '+'), &whole, &count);
    if (*at == '.') {
        int64_t before = count;
        at = digits(at + 1, &whole, &count);
        power = before - count;
    }
    if (count && (*at == 'e' || *at == 'E'))
        at = exponent(at + 1, &power);
    if (!count || !at || !ends_word(*at))
        return NULL;
    if (count > MOST_DIGITS || whole > EXACT || llabs(power) > MOST_EXACT) {
        *value = strtod(begin, NULL);
        return at;
    }
    double size = power < 0 ? (double)whole / POWERS[-power] : (double)whole * POWERS[power];
    *value = minus ? -size : size;
    return at;
}

/* Skip a word of printable ASCII that begins no comment; NULL where it is none. */
static const char *word(const char *at)
{
    for (; *at > ' ' && *at < 0x7f; at++)
        if (*at == '#')
            return NULL;
    return ends_word(*at) ? at : NULL;
}

/* Read one row; return the end of its line, or NULL where it is not plain. */
static const char *row(const char *at, int64_t width, const int64_t *place, double *values)
{
    int64_t column = 0;
    for (;; column++) {
        while (is_gap(*at))
            at++;
        if (*at == '\n')
            return column == width ? at : NULL;
        if (column == width)
            return NULL;
        at = place[column] < 0 ? word(at) : number(at, values + place[column]);
        if (!at)
            return NULL;
    }
}

/* A text whose rows are read, piece by piece: where each begins and is put, and how many
   rows it has, or -1. */
typedef struct {
    const char *text;
    int64_t width, wanted;
    const int64_t *place;
    double *values;
    const char *begin[PIECES + 1];
    int64_t rows[PIECES];
} Text;

/* Return where the values of a piece go, behind all rows that may be before it. */
static double *room_of(const Text *all, int64_t piece)
{
    int64_t before = all->begin[piece] - all->text;
    return all->values + (before + 2 * all->width - 1) / (2 * all->width) * all->wanted;
}

static int read_piece(void *given, int64_t piece)
{
    Text *all = given;
    double *values = room_of(all, piece);
    const char *end = all->begin[piece + 1];
    int64_t rows = 0;
    for (const char *text = all->begin[piece]; text < end; text++) {
        while (is_gap(*text))
            text++;
        if (*text == '\n')
            continue;
        text = row(text, all->width, all->place, values + rows++ * all->wanted);
        if (!text)
            return all->rows[piece] = -1;
    }
    all->rows[piece] = rows;
    return 0;
}

/* Part a text behind the end of a line. */
static void part(Text *all, int64_t length)
{
    const char *end = all->text + length;
    all->begin[0] = all->text;
    for (int64_t piece = 1; piece < PIECES; piece++) {
        const char *at = all->text + piece * (length / PIECES);
        const char *line = at > all->begin[piece - 1] ? memchr(at, '\n', end - at) : NULL;
        all->begin[piece] = line ? line + 1 : all->begin[piece - 1];
    }
    all->begin[PIECES] = end;
}

/* Read columns of a text that ends with the end of a line.

   Each row has `width` words; `place` tells where each of them goes among the `wanted`
   numbers of a row, or -1. `values` has room for a row of every 2 `width` bytes and two more:
   a piece may begin in between, and the last row may turn out not to be plain. Returns how
   many rows there are, or -1 where any is not plain. */
int64_t plain_rows(const char *text, int64_t length, int64_t width, const int64_t *place,
                   int64_t wanted, double *values)
{
    Text all = {.text = text, .width = width, .wanted = wanted, .place = place,
                .values = values};
    int64_t rows = 0;
    part(&all, length);
    if (share_out(read_piece, &all, PIECES, length))
        return -1;
    for (int64_t piece = 0; piece < PIECES; piece++) {
        memmove(values + rows * wanted, room_of(&all, piece),
                all.rows[piece] * wanted * sizeof *values);
        rows += all.rows[piece];
    }
    return rows;
}
