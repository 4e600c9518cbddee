/* Hold uploaded stars beside those of a band: the twin of compare() in ../compared.py. */

#include "bands.h"
#include "crew.h"
#include "order.h"
#include "wide.h"

#include <stdlib.h>
#include <string.h>

#define NO_MEMORY -1
#define NO_SUCH_STAR -2

/* Tell whether a number is finite, also where the compiler takes all for that. */
static int is_known(double value)
{
    uint64_t bits, exponent = 0x7ff0000000000000u;
    memcpy(&bits, &value, sizeof bits);
    return (bits & exponent) != exponent;
}

/* What is needed of a band's stars until they are compared. */
typedef struct {
    double *error, *spare;
    uint8_t *marks, any; /* against each, and against any */
    int64_t told;        /* how many have an error */
} Room;

/* Copy the stars that have a magnitude behind one another; return how many, or
   NO_SUCH_STAR. */
static int64_t hold(const Uploaded *stars, const Band *band, Room *room,
                    const Compared *given)
{
    const Uploaded from = *stars;
    const Band own = *band;
    const Compared to = *given;
    uint8_t *restrict marks = room->marks, any = 0;
    double *restrict error = room->error;
    int64_t count = 0, told = 0;
    for (int64_t i = 0; i < own.count; i++) { /* the next overwrites one that has none */
        int64_t star = own.star[i];
        if (star < 0 || star >= from.count)
            return NO_SUCH_STAR;
        uint8_t known = (uint8_t)is_known(own.mag[i]);
        uint8_t blended = own.blended && own.blended[i] ? (uint8_t)own.mark : 0;
        uint8_t against = from.marks[star] | blended;
        to.star[count] = star;
        to.difference[count] = own.mag[i] - from.mag[star];
        to.verdict[count] = from.verdict[star];
        to.variance[count] = from.variance[star];
        to.colour[count] = own.colour ? own.colour[i] : 0;
        error[count] = own.error[i];
        marks[count] = against;
        any |= against & (uint8_t)-known;
        told += known & is_known(own.error[i]);
        count += known;
    }
    room->any = any;
    room->told = told;
    return count;
}

WIDE static void veto(const uint8_t *restrict marks, int64_t count, const Veto *one,
                      int64_t *restrict verdict)
{
    const int64_t why = one->why, mark = one->mark;
    int64_t free = 0;
    for (int64_t k = 0; k < count; k++)
        free += (verdict[k] == TOOK_PART) & !(marks[k] & mark);
    if (free < one->enough)
        return;
    for (int64_t k = 0; k < count; k++) {
        int64_t out = -(int64_t)((verdict[k] == TOOK_PART) & ((marks[k] & mark) != 0));
        verdict[k] = (why & out) | (verdict[k] & ~out); /* a branch would be guessed wrong */
    }
}

/* Add the variances of the band; a star without an error gets that of its fellows. */
static void weigh(const Band *band, int64_t count, const Room *room, const Compared *to)
{
    double usual = band->unknown, floor = band->floor * band->floor;
    int64_t some = 0;
    if (room->told < count) {
        for (int64_t k = 0; k < count && some < room->told; k++) {
            room->spare[some] = room->error[k];
            some += is_known(room->error[k]);
        }
        usual = some ? median(room->spare, some) : usual;
        for (int64_t k = 0; k < count; k++)
            room->error[k] = is_known(room->error[k]) ? room->error[k] : usual;
    }
    for (int64_t k = 0; k < count; k++)
        to->variance[k] += room->error[k] * room->error[k] + floor;
}

/* Take colours from the mean of those that may take part. */
static void centre_colour(int64_t count, Compared *to)
{
    double sum = 0;
    int64_t told = 0;
    for (int64_t k = 0; k < count; k++) {
        int counts = to->verdict[k] == TOOK_PART && is_known(to->colour[k]);
        sum += counts ? to->colour[k] : 0;
        told += counts;
    }
    to->has_colour = told > 0;
    to->mean_colour = told ? sum / (double)told : 0;
    for (int64_t k = 0; k < count; k++) {
        int counts = told && is_known(to->colour[k]);
        to->colour[k] = counts ? to->colour[k] - to->mean_colour : 0;
    }
}

static void centre_nothing(int64_t count, Compared *to)
{
    to->has_colour = 0;
    memset(to->colour, 0, count * sizeof *to->colour);
}

/* Uploaded stars, the bands they are compared with, and where that is put. */
typedef struct {
    const Uploaded *stars;
    const Band *bands;
    const Veto *vetoes;
    int64_t number; /* of vetoes */
    Compared *to;
} Beside;

static int compare_band(void *given, int64_t which)
{
    const Beside *all = given;
    const Band *band = all->bands + which;
    Compared *to = all->to + which;
    double *numbers = malloc((2 * band->count + 2) * sizeof *numbers);
    Room room = {numbers, numbers + band->count + 1, malloc(band->count + 1), 0, 0};
    to->count = NO_MEMORY;
    to->entered = 0;
    if (numbers && room.marks)
        to->count = hold(all->stars, band, &room, to);
    if (to->count > 0) {
        for (int64_t k = 0; k < all->number; k++)
            if (room.any & all->vetoes[k].mark)
                veto(room.marks, to->count, all->vetoes + k, to->verdict);
        for (int64_t k = 0; k < to->count; k++)
            to->entered += to->verdict[k] == TOOK_PART;
        weigh(band, to->count, &room, to);
        if (band->colour)
            centre_colour(to->count, to);
        else
            centre_nothing(to->count, to);
    }
    free(numbers), free(room.marks);
    return to->count < 0 ? (int)to->count : 0;
}

/* Compare uploaded stars with those of each band. Returns 0, NO_MEMORY where memory lacks,
   or NO_SUCH_STAR where a pair's star was not uploaded. The arrays that receive the stars
   have room for all. */
int compare(const Uploaded *stars, const Band *bands, int64_t count, const Veto *vetoes,
            int64_t number, Compared *to)
{
    Beside all = {stars, bands, vetoes, number, to};
    int64_t pairs = 0;
    for (int64_t k = 0; k < count; k++)
        pairs += bands[k].count;
    return share_out(compare_band, &all, count, pairs);
}
