#include "order.h"
#include "hypotheses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 40
#define FEW 16 /* values that are put in order one by one */

static int ascending(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static void insert_each(double *values, int64_t count)
{
    for (int64_t i = 1; i < count; i++) {
        double kept = values[i];
        int64_t k = i;
        for (; k > 0 && values[k - 1] > kept; k--)
            values[k] = values[k - 1];
        values[k] = kept;
    }
}

/* Part values at their middle one; those from `*right` on are no less than those up to
   `*left`, what is between is in its place. */
static void part(double *values, int64_t count, int64_t *left, int64_t *right)
{
    double pivot = values[(count - 1) / 2];
    int64_t i = 0, j = count - 1;
    while (i <= j) {
        while (values[i] < pivot)
            i++;
        while (values[j] > pivot)
            j--;
        if (i <= j) {
            double kept = values[i];
            values[i++] = values[j];
            values[j--] = kept;
        }
    }
    *left = j;
    *right = i;
}

/* Put values in order by parting them at most so often; the rest is left to the library,
   which no order of values makes slow. */
static void sort_within(double *values, int64_t count, int depth)
{
    while (count > FEW && depth-- > 0) {
        int64_t left, right;
        part(values, count, &left, &right);
        sort_within(values, left + 1, depth);
        values += right;
        count -= right;
    }
    if (count <= FEW)
        insert_each(values, count);
    else
        qsort(values, (size_t)count, sizeof *values, ascending);
}

void sort(double *values, int64_t count)
{
    sort_within(values, count, DEEPEST);
}

/* Bring the value that is in its place in the order there, lower ones before it. */
static double select_at(double *values, int64_t count, int64_t place)
{
    int64_t low = 0, high = count - 1;
    while (low < high) {
        int64_t left, right;
        part(values + low, high - low + 1, &left, &right);
        if (place <= low + left)
            high = low + left;
        else if (place >= low + right)
            low += right;
        else
            break;
    }
    return values[place];
}

double median(double *values, int64_t count)
{
    if (!count)
        return 0;
    double upper = select_at(values, count, count / 2), lower = values[0];
    if (count % 2)
        return upper;
    for (int64_t i = 1; i < count / 2; i++)
        lower = values[i] > lower ? values[i] : lower;
    return (lower + upper) / 2;
}

double shorth(double *values, int64_t count)
{
    int64_t half = count / 2 + 1, first = 0;
    sort(values, count);
    for (int64_t i = 1; i + half <= count; i++)
        if (values[i + half - 1] - values[i] <
            values[first + half - 1] - values[first])
            first = i;
    int64_t low = first + (half - 1) / 2, high = first + half / 2;
    return (values[low] + values[high]) / 2;
}

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
