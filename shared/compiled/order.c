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

/* Part values at their middle one; those from `*right` on are no less than those up to
   `*left`, what is between is in its place. */
static void part(double *values, int64_t count, int64_t *left, int64_t *right)
{
    double pivot = values[(count - 1) / 2];
    int64_t i = 0, j = count - 1;
    while (i <= j) {
        while (i < count - 1 && values[i] < pivot)
            i++;
        while (j > 0 && values[j] > pivot)
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
