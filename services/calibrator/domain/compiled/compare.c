/* Hold uploaded stars beside those of a band: the twin of compare() in ../compared.py. */

#include "bands.h"
#include "order.h"

#include <stdlib.h>
#include <string.h>

#define TOOK_PART 0
#define NO_MEMORY -1
#define NO_SUCH_STAR -2

/* Tell whether a number is finite, also where the compiler takes all for that. */
static int is_known(double value)
{
    uint64_t bits, exponent = 0x7ff0000000000000u;
    memcpy(&bits, &value, sizeof bits);
    return (bits & exponent) != exponent;
}

/* Find the stars that have a magnitude, their pairs in `place`, and what is said against
   them; return how many, or NO_SUCH_STAR. */
static int64_t choose(const Uploaded *stars, const Band *band, int64_t *place,
                      uint8_t *marks, uint8_t *any)
{
    int64_t count = 0;
    *any = 0;
    for (int64_t i = 0; i < band->count; i++)
        if (band->star[i] < 0 || band->star[i] >= stars->count)
            return NO_SUCH_STAR;
    for (int64_t i = 0; i < band->count; i++) {
        place[count] = i; /* overwritten by the next where it has none */
        count += is_known(band->mag[i]);
    }
    for (int64_t k = 0; k < count; k++) {
        marks[k] = stars->marks[band->star[place[k]]];
        if (band->blended)
            marks[k] |= band->blended[place[k]] ? band->mark : 0;
        *any |= marks[k];
    }
    return count;
}

static void subtract(const Uploaded *stars, const Band *band, const int64_t *place,
                     int64_t count, const Compared *to)
{
    for (int64_t k = 0; k < count; k++) {
        int64_t star = band->star[place[k]];
        to->star[k] = star;
        to->difference[k] = band->mag[place[k]] - stars->mag[star];
        to->verdict[k] = stars->verdict[star];
    }
}

static void veto(const uint8_t *marks, int64_t count, const Veto *one, int64_t *verdict)
{
    int64_t free = 0;
    for (int64_t k = 0; k < count; k++)
        free += (verdict[k] == TOOK_PART) & !(marks[k] & one->mark);
    for (int64_t k = 0; free >= one->enough && k < count; k++)
        if (verdict[k] == TOOK_PART && marks[k] & one->mark)
            verdict[k] = one->why;
}

/* A star without an error gets that of its fellows. */
static void weigh(const Uploaded *stars, const Band *band, const int64_t *place,
                  int64_t count, double *room, const Compared *to)
{
    double usual = band->unknown, floor = band->floor * band->floor;
    int64_t told = 0;
    for (int64_t k = 0; k < count; k++) {
        room[told] = band->error[place[k]];
        told += is_known(room[told]);
    }
    if (told && told < count)
        usual = median(room, told);
    for (int64_t k = 0; k < count; k++) {
        double error = band->error[place[k]];
        error = is_known(error) ? error : usual;
        to->variance[k] = stars->variance[to->star[k]] + (error * error + floor);
    }
}

static void centre_colour(const Band *band, const int64_t *place, int64_t count,
                          Compared *to)
{
    double sum = 0;
    int64_t told = 0;
    for (int64_t i = 0; band->colour && i < count; i++)
        if (to->verdict[i] == TOOK_PART && is_known(band->colour[place[i]])) {
            sum += band->colour[place[i]];
            told++;
        }
    to->has_colour = told > 0;
    to->mean_colour = told ? sum / (double)told : 0;
    for (int64_t i = 0; i < count; i++) {
        double colour = told ? band->colour[place[i]] : 0;
        to->colour[i] = told && is_known(colour) ? colour - to->mean_colour : 0;
    }
}

/* Return how many stars have a magnitude in the band; NO_MEMORY where memory lacks,
   NO_SUCH_STAR where a pair's star was not uploaded. The arrays that receive them have
   room for all. */
int64_t compare(const Uploaded *stars, const Band *band, const Veto *vetoes,
                int64_t number, Compared *to)
{
    int64_t *place = malloc((band->count + 1) * sizeof *place);
    double *room = malloc((band->count + 1) * sizeof *room);
    uint8_t *marks = malloc(band->count + 1), any = 0;
    int64_t count = NO_MEMORY;
    if (place && room && marks)
        count = choose(stars, band, place, marks, &any);
    if (count >= 0) {
        subtract(stars, band, place, count, to);
        for (int64_t k = 0; k < number; k++)
            if (any & vetoes[k].mark)
                veto(marks, count, &vetoes[k], to->verdict);
        weigh(stars, band, place, count, room, to);
        centre_colour(band, place, count, to);
    }
    free(place), free(room), free(marks);
    return count;
}
