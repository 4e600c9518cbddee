/* How probable the residuals of a fit are: the twin of ../common.py. */

#include "crew.h"
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

/* Fits, which of their stars are common to all, and what those say of each. */
typedef struct {
    const Held *fits;
    const uint8_t *is_common;
    const Weights *weights;
    int64_t *counts;
    double *evidence;
} Scores;

/* Count the common stars of a fit and tell how probable they are: 0. Returns 1 where memory
   lacks. */
static int score(void *given, int64_t which)
{
    const Scores *all = given;
    const Held *fit = all->fits + which;
    const Weights *weights = all->weights;
    const int64_t n = fit->count;
    double *residual = malloc((4 * n + 4) * sizeof *residual);
    int64_t count = 0;
    if (!residual)
        return 1;
    double *variance = residual + n + 1, *colour = variance + n + 1, *room = colour + n + 1;
    for (int64_t i = 0; i < n; i++) { /* the next overwrites one that is not common */
        residual[count] = fit->difference[i];
        variance[count] = fit->variance[i];
        colour[count] = fit->colour[i];
        count += (fit->verdict[i] <= weights->last_entered) & all->is_common[fit->star[i]];
    }
    if (count) {
        clip(residual, variance, count, weights, room);
        all->evidence[which] =
            log_evidence(count, residual, variance, colour, weights->scatters,
                         weights->scatter, weights->log_weight, weights->flat);
    }
    all->counts[which] = count;
    return free(residual), 0;
}

static int64_t entered(const Held *fit, const Weights *weights)
{
    int64_t count = 0;
    for (int64_t i = 0; i < fit->count; i++)
        count += fit->verdict[i] <= weights->last_entered;
    return count;
}

/* Tell which of so many uploaded stars all well covered bands have and any of them uses.
   Returns 0, or 1 where memory lacks. */
static int find_common(const Held *fits, int64_t count, int64_t stars,
                       const Weights *weights, uint8_t *is_common)
{
    int32_t *have = calloc(stars + 1, sizeof *have), covered = 0;
    int64_t most = 0;
    if (!have)
        return 1;
    for (int64_t k = 0; k < count; k++) {
        int64_t own = entered(fits + k, weights);
        most = own > most ? own : most;
    }
    memset(is_common, 0, stars);
    for (int64_t k = 0; k < count; k++) {
        const Held *fit = fits + k;
        if ((double)entered(fit, weights) < weights->well_covered * (double)most)
            continue;
        covered++;
        for (int64_t i = 0; i < fit->count; i++) {
            have[fit->star[i]] += fit->verdict[i] <= weights->last_entered;
            is_common[fit->star[i]] |= fit->verdict[i] == TOOK_PART;
        }
    }
    for (int64_t i = 0; i < stars; i++)
        is_common[i] &= have[i] == covered;
    return free(have), 0;
}

/* Find the stars, of so many uploaded, that fits have in common; count those of each fit
   and tell how probable they are. Returns 0, or 1 where memory lacks. */
int evidence_in_common(const Held *fits, int64_t count, int64_t stars,
                       const Weights *weights, uint8_t *is_common, int64_t *counts,
                       double *evidence)
{
    Scores all = {fits, is_common, weights, counts, evidence};
    if (find_common(fits, count, stars, weights, is_common))
        return 1;
    return share_out(score, &all, count, pairs_of(fits, count));
}
