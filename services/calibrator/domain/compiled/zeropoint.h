/* The fit of a band's zero-point, and how probable what it leaves is. */

#ifndef ZEROPOINT_H
#define ZEROPOINT_H

#include "bands.h"
#include "hypotheses.h"

/* The stars of a band: for the fit reference - instrumental, afterwards what it left. */
typedef struct {
    int64_t count;
    const int64_t *star;
    const double *difference, *variance, *colour;
    const int64_t *verdict;
    double mean, sigma; /* of the slope with colour, before a star is seen */
} Held;

typedef struct {
    double even, tuning;
    int64_t outlier, bisections;
} Limits;

typedef struct {
    double centre, centre_err, slope, slope_err, scatter;
} Answer;

/* `good` is of the stars that entered, `residual` and `verdict` of all. */
typedef struct {
    Answer answer;
    double scatter, intrinsic, colour_spread;
    int64_t used;
    double *good, *residual;
    int64_t *verdict;
} Fitted;

typedef struct {
    int64_t last_entered, scatters;
    const double *scatter, *log_weight;
    double flat, far, mad_to_sigma, well_covered;
} Weights;

/* Return how many stars bands have together. */
int64_t pairs_of(const Held *bands, int64_t count);

/* Return what stars agree on, averaged over all hypotheses about them.

   `grid` holds scatter, wrong fraction and log prior of each hypothesis; `good` receives
   the probability of each star to be good. Returns 0, or 1 where memory lacks. */
int agree(const Sample *stars, const Rules *rules, const Hypothesis *grid, int64_t count,
          Answer *answer, double *good);

double biweight_scale(int64_t count, const double *residual, double tuning, double *room);

double intrinsic_scatter(int64_t count, const double *residual, const double *variance,
                         int64_t bisections);

double log_evidence(int64_t count, const double *residual, const double *variance,
                    const double *colour, int64_t scatters, const double *scatter,
                    const double *log_weight, double flat);

#endif
