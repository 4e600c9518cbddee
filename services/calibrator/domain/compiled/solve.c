/* Weighted least squares by Cholesky's decomposition. */

#include "solve.h"

#include <math.h>

#define HARDLY 1e-6 /* a column that is nothing stays nothing */

WIDE static void weigh(Fit *fit)
{
    const int64_t m = fit->count, k = fit->width;
    for (int64_t row = 0; row < k; row++) {
        const double *own = fit->design + row * m;
        double sum = 0;
        for (int64_t i = 0; i < m; i++) {
            fit->weighed[i] = own[i] * fit->weight[i];
            sum += fit->weighed[i] * fit->goal[i];
        }
        fit->right[row] = sum;
        for (int64_t column = row; column < k; column++) {
            const double *other = fit->design + column * m;
            double product = 0;
            for (int64_t i = 0; i < m; i++)
                product += fit->weighed[i] * other[i];
            fit->normal[column * k + row] = product;
        }
        fit->normal[row * k + row] += HARDLY;
    }
    fit->normal[k + 1] += 1 / (fit->steepest * fit->steepest);
    fit->right[1] += fit->usual / (fit->steepest * fit->steepest);
}

/* Put the lower factor of the normal matrix in its place. */
static void decompose(Fit *fit)
{
    const int64_t k = fit->width;
    double *a = fit->normal;
    for (int64_t j = 0; j < k; j++) {
        for (int64_t p = 0; p < j; p++)
            a[j * k + j] -= a[j * k + p] * a[j * k + p];
        a[j * k + j] = sqrt(a[j * k + j] > HARDLY ? a[j * k + j] : HARDLY);
        for (int64_t i = j + 1; i < k; i++) {
            for (int64_t p = 0; p < j; p++)
                a[i * k + j] -= a[i * k + p] * a[j * k + p];
            a[i * k + j] /= a[j * k + j];
        }
    }
}

/* Turn a right side into its solution. */
static void substitute(const Fit *fit, double *side)
{
    const int64_t k = fit->width;
    const double *a = fit->normal;
    for (int64_t i = 0; i < k; i++) {
        for (int64_t p = 0; p < i; p++)
            side[i] -= a[i * k + p] * side[p];
        side[i] /= a[i * k + i];
    }
    for (int64_t i = k - 1; i >= 0; i--) {
        for (int64_t p = i + 1; p < k; p++)
            side[i] -= a[p * k + i] * side[p];
        side[i] /= a[i * k + i];
    }
}

WIDE void leave(Fit *fit)
{
    const int64_t m = fit->count;
    for (int64_t i = 0; i < m; i++)
        fit->residual[i] = fit->goal[i] - fit->at[0];
    for (int64_t k = 1; k < fit->width; k++)
        for (int64_t i = 0; i < m; i++)
            fit->residual[i] -= fit->at[k] * fit->design[k * m + i];
}

void solve(Fit *fit, int only_covariance)
{
    const int64_t k = fit->width;
    weigh(fit);
    decompose(fit);
    if (only_covariance) {
        for (int64_t row = 0; row < k; row++) {
            for (int64_t i = 0; i < k; i++)
                fit->covariance[row * k + i] = i == row;
            substitute(fit, fit->covariance + row * k);
        }
        return;
    }
    for (int64_t i = 0; i < k; i++)
        fit->at[i] = fit->right[i];
    substitute(fit, fit->at);
    leave(fit);
}
