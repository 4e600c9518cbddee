/* Hypotheses about an image, as in ../hypotheses.py: the names are the same. */

#ifndef HYPOTHESES_H
#define HYPOTHESES_H

#include "wide.h"

#include <stdint.h>

#define TWO_PI 6.283185307179586

typedef struct {
    double wrong_width, worth, least_weight, flattest;
    double tolerance, close, negligible, negligible_in_sample;
    int64_t rounds, forget_every, many;
} Rules;

typedef struct {
    const double *difference, *variance, *colour;
    int64_t count;
    double mean, sigma; /* of the slope with colour, before a star is seen */
} Sample;

typedef struct {
    double scatter, wrong, log_prior;
    double centre, slope, wrong_centre, wrong_square;
    double log_posterior;
} Hypothesis;

/* Sums over the stars, for the next step of a hypothesis and for its weight. */
typedef struct {
    double s, sx, sxx, sy, sxy;
    double share, near, pull, squares;
    double log_likelihood;
    const double *sharp; /* how sharp each star tells the hypothesis */
} Sums;

/* Move every hypothesis to its peak, forget those that do not matter; return how many
   are left. `room` has room for a number of each star, and of each star and hypothesis
   (less where several have the same scatter). */
int64_t settle(const Sample *stars, Hypothesis *all, Sums *sums, int64_t count,
               const Rules *rules, double *room);

/* Keep those whose log posterior is not so far below the best; return how many. */
int64_t without_negligible(Hypothesis *all, Sums *sums, int64_t count, double far);

/* Return the observed information (Louis 1982, JRSS B 44, 226) in s, sx and sxx; keep
   the probabilities of the stars to be good, and in `sharp` how sharp each tells it. */
Sums curvature(const Sample *stars, const Hypothesis *one, const Rules *rules,
               double *good, double *sharp);

/* Copy some hundred stars whose differences are distributed like all, in their order.
   `keys` has room for three numbers a star, `room` for three a star that is copied. */
Sample typical(const Sample *stars, int64_t many, uint32_t *keys, double *room);

#endif
