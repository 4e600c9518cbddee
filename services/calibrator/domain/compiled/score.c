/* How probable the residuals of a fit are: the twin of ../common.py. */

#include "crew.h"
#include "order.h"
#include "zeropoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define USED (1 << 30) /* a band uses a star; below it, how many well covered bands have it */

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

WIDE static int64_t entered(const Held *fit, int64_t last)
{
    int64_t count = 0;
    for (int64_t i = 0; i < fit->count; i++)
        count += fit->verdict[i] <= last;
    return count;
}

/* Count a fit's stars among all those that were uploaded. */
static void count_stars(const Held *fit, int64_t last, int32_t *have)
{
    const int64_t *star = fit->star, *verdict = fit->verdict;
    for (int64_t i = 0; i < fit->count; i++) {
        int32_t *one = have + star[i];
        *one = (*one + (verdict[i] <= last)) | (verdict[i] == TOOK_PART ? USED : 0);
    }
}

/* Tell which of so many uploaded stars all well covered bands have and any of them uses.
   Returns 0, or 1 where memory lacks. */
static int find_common(const Held *fits, int64_t count, int64_t stars,
                       const Weights *weights, uint8_t *is_common)
{
    const int64_t last = weights->last_entered;
    int32_t *have = calloc(stars + 1, sizeof *have), covered = 0;
    int64_t *own = malloc((count + 1) * sizeof *own), most = 0;
    int lacks = !have || !own;
    for (int64_t k = 0; k < count && !lacks; k++) {
        own[k] = entered(fits + k, last);
        most = own[k] > most ? own[k] : most;
    }
    for (int64_t k = 0; k < count && !lacks; k++)
        if ((double)own[k] >= weights->well_covered * (double)most) {
            covered++;
            count_stars(fits + k, last, have);
        }
    for (int64_t i = 0; i < stars && !lacks; i++)
        is_common[i] = have[i] == (USED | covered);
    return free(have), free(own), lacks;
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
