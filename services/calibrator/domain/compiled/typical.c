/* Some hundred stars that stand for all. */

#include "hypotheses.h"

#include <math.h>
#include <string.h>

static uint32_t ordered_bits(double value)
{
    float rough = (float)value;
    uint32_t bits;
    memcpy(&bits, &rough, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* Put indices in the order of values, equal ones as they come, by radix. */
static void ordered(const double *values, int64_t count, uint32_t *keys,
                    uint32_t *order, uint32_t *other)
{
    for (int64_t i = 0; i < count; i++) {
        keys[i] = ordered_bits(values[i]);
        order[i] = (uint32_t)i;
    }
    for (int shift = 0; shift < 32; shift += 8) {
        uint32_t first[257] = {0}, *swapped = order;
        for (int64_t i = 0; i < count; i++)
            first[(keys[i] >> shift & 255) + 1]++;
        for (int digit = 0; digit < 256; digit++)
            first[digit + 1] += first[digit];
        for (int64_t i = 0; i < count; i++)
            other[first[keys[order[i]] >> shift & 255]++] = order[i];
        order = other;
        other = swapped; /* four passes: the last lands in the caller's order */
    }
}

Sample typical(const Sample *stars, int64_t many, uint32_t *keys, double *room)
{
    Sample few = {room, room + many, room + 2 * many, many, stars->mean, stars->sigma};
    uint32_t *order = keys + stars->count, *other = order + stars->count;
    ordered(stars->difference, stars->count, keys, order, other);
    for (int64_t i = 0; i < many; i++) {
        double place = (double)i * ((double)(stars->count - 1) / (double)(many - 1));
        uint32_t star = order[(int64_t)rint(place)];
        room[i] = stars->difference[star];
        room[many + i] = stars->variance[star];
        room[2 * many + i] = stars->colour[star];
    }
    return few;
}
