/* Fit the zero-point of a band: the twin of fitted() in ../fitted.py. */

#include "crew.h"
#include "zeropoint.h"

#include <math.h>
#include <stdlib.h>

int64_t pairs_of(const Held *bands, int64_t count)
{
    int64_t pairs = 0;
    for (int64_t k = 0; k < count; k++)
        pairs += bands[k].count;
    return pairs;
}

/* Copy the stars that take part to `room`, behind one another; return how many. */
static int64_t taking_part(const Held *band, const int64_t *verdict, const double *first,
                           double *room)
{
    int64_t n = band->count, count = 0;
    for (int64_t i = 0; i < n; i++) { /* the next overwrites one that does not */
        room[count] = first[i];
        room[n + count] = band->variance[i];
        room[2 * n + count] = band->colour[i];
        count += verdict[i] == TOOK_PART;
    }
    return count;
}

static double spread(const double *values, int64_t count)
{
    double mean = 0, square = 0;
    for (int64_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (int64_t i = 0; i < count; i++)
        square += (values[i] - mean) * (values[i] - mean);
    return sqrt(square / (double)count);
}

static void measure(const Held *band, const Limits *limits, double *room, Fitted *fitted)
{
    const int64_t n = band->count;
    fitted->used = taking_part(band, fitted->verdict, fitted->residual, room);
    if (!fitted->used)
        return;
    fitted->scatter =
        biweight_scale(fitted->used, room, limits->tuning, room + 3 * n);
    fitted->intrinsic =
        intrinsic_scatter(fitted->used, room, room + n, limits->bisections);
    fitted->colour_spread = spread(room + 2 * n, fitted->used);
}

/* Returns 0, or 1 where memory lacks. A star below `even` is an outlier. */
static int fit_zeropoint(const Held *band, const Rules *rules, const Hypothesis *grid,
                         int64_t hypotheses, const Limits *limits, Fitted *fitted)
{
    const int64_t n = band->count;
    double *room = malloc((4 * n + 1) * sizeof *room);
    if (!room)
        return 1;
    int64_t entered = taking_part(band, band->verdict, band->difference, room), k = 0;
    Sample stars = {room, room + n, room + 2 * n, entered, band->mean, band->sigma};
    int lacks = agree(&stars, rules, grid, hypotheses, &fitted->answer, fitted->good);
    const int64_t outlier = limits->outlier;
    /* `good` has room for all, but says nothing behind the last that enters. */
    for (int64_t i = 0; i < n && !lacks; i++) {
        int enters = band->verdict[i] == TOOK_PART;
        int wrong = enters & (fitted->good[k] < limits->even);
        fitted->residual[i] = band->difference[i] - fitted->answer.centre;
        fitted->verdict[i] = wrong ? outlier : band->verdict[i];
        k += enters;
    }
    if (!lacks)
        measure(band, limits, room, fitted);
    return free(room), lacks;
}

/* The bands of an image. */
typedef struct {
    const Held *bands;
    const Rules *rules;
    const Hypothesis *grid;
    int64_t hypotheses;
    const Limits *limits;
    Fitted *fitted;
} Image;

static int fit_band(void *given, int64_t k)
{
    const Image *image = given;
    return fit_zeropoint(image->bands + k, image->rules, image->grid, image->hypotheses,
                         image->limits, image->fitted + k);
}

/* Fit every band. Returns 0, or 1 where memory lacks. */
int fit_zeropoints(const Held *bands, int64_t count, const Rules *rules,
                   const Hypothesis *grid, int64_t hypotheses, const Limits *limits,
                   Fitted *fitted)
{
    Image image = {bands, rules, grid, hypotheses, limits, fitted};
    return share_out(fit_band, &image, count, pairs_of(bands, count));
}
