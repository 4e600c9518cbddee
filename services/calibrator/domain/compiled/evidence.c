/* How wide residuals scatter and how probable they are: the twins of biweight_scale() and
   intrinsic_scatter() in ../robust.py and of log_evidence() in ../evidence.py. */

#include "order.h"
#include "zeropoint.h"

#include <float.h>
#include <math.h>

/* Return the biweight scale of residuals (Beers, Flynn & Gebhardt 1990, AJ 100, 32). `room`
   holds as many numbers. */
double biweight_scale(int64_t count, const double *residual, double tuning, double *room)
{
    double squares = 0, top = 0, bottom = 0;
    for (int64_t i = 0; i < count; i++) {
        room[i] = fabs(residual[i]);
        squares += residual[i] * residual[i];
    }
    double spread = median(room, count);
    if (spread == 0)
        return sqrt(squares / (double)count);
    for (int64_t i = 0; i < count; i++) {
        double u = residual[i] / (tuning * spread), left = 1 - u * u;
        if (left <= 0)
            continue;
        top += residual[i] * residual[i] * left * left * left * left;
        bottom += left * (1 - 5 * u * u);
    }
    return sqrt((double)count * top) / fabs(bottom);
}

/* Return the derivative of the log likelihood in the square of an extra scatter. */
WIDE static double slope_at(int64_t count, const double *residual,
                            const double *variance, double extra)
{
    double slope = 0;
    for (int64_t i = 0; i < count; i++) {
        double total = variance[i] + extra;
        slope += (residual[i] * residual[i] - total) / (total * total);
    }
    return slope;
}

double intrinsic_scatter(int64_t count, const double *residual, const double *variance,
                         int64_t bisections)
{
    double low = 0, high = 0;
    for (int64_t i = 0; i < count; i++)
        high = fmax(high, residual[i] * residual[i]);
    if (slope_at(count, residual, variance, 0) <= 0)
        return 0;
    for (int64_t round = 0; round < bisections; round++) {
        double middle = (low + high) / 2;
        if (slope_at(count, residual, variance, middle) <= 0)
            high = middle;
        else
            low = middle;
    }
    return sqrt(low);
}

/* Return the log evidence of residuals about a free zero-point and a colour term of
   sigma `flat`, with one intrinsic scatter. */
WIDE static double evidence_at(int64_t count, const double *residual,
                               const double *variance, const double *colour,
                               double scatter, double flat)
{
    double w = 0, wc = 0, wr = 0, wcc = 0, wcr = 0, wrr = 0, norm = 0;
    for (int64_t i = 0; i < count; i++) {
        double square = variance[i] + scatter * scatter, weight = 1 / square;
        w += weight;
        wc += weight * colour[i];
        wr += weight * residual[i];
        wcc += weight * colour[i] * colour[i];
        wcr += weight * colour[i] * residual[i];
        wrr += weight * residual[i] * residual[i];
        norm -= log(TWO_PI * square);
    }
    double lever = wcc - wc * wc / w, along = wcr - wc * wr / w;
    double chi2 = wrr - wr * wr / w - along * along / (lever + 1 / (flat * flat));
    double width = log(w / TWO_PI) + log1p(flat * flat * lever);
    return -0.5 * (chi2 - norm + width);
}

/* Return the same averaged over some scatters by the logarithms of their weights. */
double log_evidence(int64_t count, const double *residual, const double *variance,
                    const double *colour, int64_t scatters, const double *scatter,
                    const double *log_weight, double flat)
{
    double sum = 0, best = -DBL_MAX;
    for (int64_t k = 0; k < scatters; k++) {
        double each = log_weight[k] + evidence_at(count, residual, variance, colour,
                                                  scatter[k], flat);
        double higher = each > best ? each : best;
        sum = sum * exp(best - higher) + exp(each - higher);
        best = higher;
    }
    return best + log(sum);
}
