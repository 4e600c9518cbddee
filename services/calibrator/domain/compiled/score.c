/* How probable the residuals of a fit are: the twin of evidence() in ../common.py. */

#include "order.h"
#include "zeropoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Take residuals from their middle, and bring those from too far to where the far begins:
   one wrong reference star is not to decide. `room` has room for `count` numbers. */
static void clip(double *residual, const double *variance, int64_t count,
                 const Weights *weights, double *room)
{
    memcpy(room, residual, count * sizeof *room);
    double middle = median(room, count);
    for (int64_t i = 0; i < count; i++) {
        residual[i] -= middle;
        room[i] = fabs(residual[i]);
    }
    double wide = weights->mad_to_sigma * median(room, count);
    memcpy(room, variance, count * sizeof *room);
    double usual = sqrt(median(room, count));
    wide = weights->far * (wide > usual ? wide : usual);
    for (int64_t i = 0; i < count; i++) {
        residual[i] = residual[i] < wide ? residual[i] : wide;
        residual[i] = residual[i] > -wide ? residual[i] : -wide;
    }
}

/* Return how many stars of a fit are common to all bands, -1 where memory lacks; and how
   probable these are. */
int64_t evidence_in_common(const Held *fit, const uint8_t *is_common,
                           const Weights *weights, double *evidence)
{
    const int64_t n = fit->count;
    double *residual = malloc((4 * n + 1) * sizeof *residual);
    int64_t count = 0;
    if (!residual)
        return -1;
    double *variance = residual + n, *colour = variance + n, *room = colour + n;
    for (int64_t i = 0; i < n; i++)
        if (fit->verdict[i] <= weights->last_entered && is_common[fit->star[i]]) {
            residual[count] = fit->difference[i];
            variance[count] = fit->variance[i];
            colour[count++] = fit->colour[i];
        }
    if (count) {
        clip(residual, variance, count, weights, room);
        *evidence = log_evidence(count, residual, variance, colour, weights->scatters,
                                 weights->scatter, weights->log_weight, weights->flat);
    }
    return free(residual), count;
}
