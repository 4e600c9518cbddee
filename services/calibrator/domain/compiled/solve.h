/* Weighted least squares of a few columns, under a prior on the second. */

#ifndef SOLVE_H
#define SOLVE_H

#include "hypotheses.h"

typedef struct {
    int64_t count, width;
    double *goal, *residual, *weight, *design; /* design: column behind column */
    double *weighed;                           /* room for a column */
    double *normal, *covariance;               /* width · width */
    double *at, *right;
    double usual, steepest; /* of the second column's coefficient */
} Fit;

/* Solve for the coefficients and leave the residuals; or, `only_covariance`, leave
   coefficients and residuals as they are and find the covariance. */
void solve(Fit *fit, int only_covariance);

/* Leave the residuals of the coefficients. */
void leave(Fit *fit);

#endif
