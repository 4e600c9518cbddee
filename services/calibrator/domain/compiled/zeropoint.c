/* Fit the zero-point of a band: the twin of fitted() in ../fitted.py. */

#include "zeropoint.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define TOOK_PART 0
#define FEW 10000 /* pairs that are fitted before another thread has begun */

/* Copy the stars that take part to `room`, behind one another; return how many. */
static int64_t taking_part(const Held *band, const int64_t *verdict, const double *first,
                           double *room)
{
    int64_t n = band->count, count = 0;
    for (int64_t i = 0; i < n; i++)
        if (verdict[i] == TOOK_PART) {
            room[count] = first[i];
            room[n + count] = band->variance[i];
            room[2 * n + count++] = band->colour[i];
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
    for (int64_t i = 0; i < n && !lacks; i++) {
        fitted->residual[i] = band->difference[i] - fitted->answer.centre;
        fitted->verdict[i] = band->verdict[i];
        if (band->verdict[i] == TOOK_PART && fitted->good[k++] < limits->even)
            fitted->verdict[i] = limits->outlier;
    }
    if (!lacks)
        measure(band, limits, room, fitted);
    return free(room), lacks;
}

/* The bands of an image; `next` is the first that nobody has taken. */
typedef struct {
    const Held *bands;
    int64_t count;
    const Rules *rules;
    const Hypothesis *grid;
    int64_t hypotheses;
    const Limits *limits;
    Fitted *fitted;
    atomic_int_fast64_t next;
    atomic_int lacks;
} Image;

static void *fit_bands(void *given)
{
    Image *image = given;
    for (int64_t k; (k = atomic_fetch_add(&image->next, 1)) < image->count;)
        if (fit_zeropoint(image->bands + k, image->rules, image->grid, image->hypotheses,
                          image->limits, image->fitted + k))
            atomic_store(&image->lacks, 1);
    return NULL;
}

/* Fit every band, many pairs in two threads. Returns 0, or 1 where memory lacks. */
int fit_zeropoints(const Held *bands, int64_t count, const Rules *rules,
                   const Hypothesis *grid, int64_t hypotheses, const Limits *limits,
                   Fitted *fitted)
{
    Image image = {bands, count, rules, grid, hypotheses, limits, fitted, 0, 0};
    int64_t pairs = 0;
    for (int64_t k = 0; k < count; k++)
        pairs += bands[k].count;
    pthread_t other;
    int helped = count > 1 && pairs > FEW && !pthread_create(&other, NULL, fit_bands, &image);
    fit_bands(&image);
    if (helped)
        pthread_join(other, NULL);
    return atomic_load(&image.lacks);
}
