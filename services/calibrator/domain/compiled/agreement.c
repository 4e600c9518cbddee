/* Where the good stars agree, compiled: the twin of ../mixture.py.

   The same law of good and wrong stars, the same hypotheses, the same steps; what the
   formulae mean is said there. It is compiled because one image asks for a million
   exponentials. */

#include "order.h"
#include "zeropoint.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Put every hypothesis at a robust guess of the zero-point. */
static void begin(const Sample *stars, Hypothesis *all, int64_t count,
                  const Rules *rules, double *room)
{
    for (int64_t i = 0; i < stars->count; i++)
        room[i] = stars->difference[i] - stars->mean * stars->colour[i];
    double guess = shorth(room, stars->count);
    for (int64_t k = 0; k < count; k++) {
        all[k].centre = guess;
        all[k].slope = stars->mean;
        all[k].wrong_centre = 0;
        all[k].wrong_square = rules->wrong_width * rules->wrong_width;
    }
}

/* The mean over all hypotheses, each a Gaussian about its peak. `each` has room for the
   probabilities of every hypothesis, one row behind the other, `room` for one row. */
static Answer average(const Sample *stars, Hypothesis *all, Sums *bent, int64_t count,
                      const Rules *rules, double *each, double *good, double *room)
{
    double best = -DBL_MAX, total = 0;
    Answer mean = {0, 0, 0, 0, 0};
    for (int64_t k = 0; k < count; k++) {
        bent[k] = curvature(stars, &all[k], rules, each + k * stars->count, room);
        bent[k].share = bent[k].s * bent[k].sxx - bent[k].sx * bent[k].sx;
        all[k].log_posterior -= 0.5 * log(bent[k].share);
        best = all[k].log_posterior > best ? all[k].log_posterior : best;
    }
    for (int64_t k = 0; k < count; k++)
        total += exp(all[k].log_posterior - best);
    memset(good, 0, stars->count * sizeof(double));
    for (int64_t k = 0; k < count; k++) {
        double weight = exp(all[k].log_posterior - best) / total;
        mean.centre += weight * all[k].centre;
        mean.slope += weight * all[k].slope;
        mean.scatter += weight * all[k].scatter * all[k].scatter;
        for (int64_t i = 0; i < stars->count; i++)
            good[i] += weight * each[k * stars->count + i];
    }
    for (int64_t k = 0; k < count; k++) {
        double weight = exp(all[k].log_posterior - best) / total;
        double centre = all[k].centre - mean.centre, slope = all[k].slope - mean.slope;
        mean.centre_err += weight * (bent[k].sxx / bent[k].share + centre * centre);
        mean.slope_err += weight * (bent[k].s / bent[k].share + slope * slope);
    }
    mean.centre_err = sqrt(mean.centre_err);
    mean.slope_err = sqrt(mean.slope_err);
    mean.scatter = sqrt(mean.scatter);
    return mean;
}

int agree(const Sample *stars, const Rules *rules, const Hypothesis *grid, int64_t count,
          Answer *answer, double *good)
{
    int64_t many = stars->count > rules->many ? rules->many : stars->count;
    Hypothesis *all = malloc(count * sizeof *all);
    Sums *sums = malloc(count * sizeof *sums);
    double *room = malloc((4 + count) * many * sizeof *room), *rows = NULL;
    uint32_t *keys = malloc(3 * stars->count * sizeof *keys);
    int lacks = !all || !sums || !room || !keys;
    if (!lacks) {
        memcpy(all, grid, count * sizeof *all);
        Sample few = *stars;
        if (many < stars->count)
            few = typical(stars, many, keys, room);
        begin(&few, all, count, rules, room + 3 * many);
        count = settle(&few, all, sums, count, rules, room + 3 * many);
        if (many < stars->count)
            count = without_negligible(all, sums, count, rules->negligible_in_sample);
        rows = malloc((1 + count) * stars->count * sizeof *rows);
        lacks = !rows;
    }
    if (!lacks && many < stars->count)
        count = settle(stars, all, sums, count, rules, rows);
    if (!lacks)
        *answer = average(stars, all, sums, count, rules, rows + stars->count, good, rows);
    free(all), free(sums), free(room), free(keys), free(rows);
    return lacks;
}
