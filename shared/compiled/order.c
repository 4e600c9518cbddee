#include "order.h"

#include <stdlib.h>

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

/* Bring the values below a pivot, or no more than it, before the others; return how many.
   Without a branch: a processor guesses wrong every other time which of them come next. */
static int64_t part(double *values, int64_t count, double pivot, int with_equal)
{
    int64_t below = 0;
    for (int64_t i = 0; i < count; i++) {
        double here = values[i];
        values[i] = values[below];
        values[below] = here;
        below += (here < pivot) | (with_equal & (here == pivot));
    }
    return below;
}

static double middle_of(double a, double b, double c)
{
    double low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

static double pivot_of(const double *values, int64_t count)
{
    return middle_of(values[0], values[count / 2], values[count - 1]);
}

/* Put values in order by parting them at most so often; the rest is left to the library,
   which no order of values makes slow. */
static void sort_within(double *values, int64_t count, int depth)
{
    while (count > FEW && depth-- > 0) {
        double pivot = pivot_of(values, count);
        int64_t below = part(values, count, pivot, 0);
        sort_within(values, below, depth);
        values += below;
        count -= below;
        int64_t equal = part(values, count, pivot, 1);
        values += equal;
        count -= equal;
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
    for (int depth = DEEPEST; count > FEW && depth > 0; depth--) {
        double pivot = pivot_of(values, count);
        int64_t below = part(values, count, pivot, 0);
        if (place < below) {
            count = below;
            continue;
        }
        int64_t past = below + part(values + below, count - below, pivot, 1);
        if (place < past)
            return pivot;
        values += past;
        place -= past;
        count -= past;
    }
    sort(values, count);
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
