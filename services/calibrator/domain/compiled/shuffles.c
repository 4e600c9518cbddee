/* How many pairings at random agree as well as the real one: the twin of as_good() in
   ../shuffles.py. */

#include "crew.h"
#include "hypotheses.h"
#include "order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOZEN 12 /* orders that are one piece of work */

/* Leave the residuals of a pairing about their median. */
static void pair(int64_t stars, const double *mag, const double *reference,
                 const uint8_t *order, double *residual, double *room)
{
    for (int64_t i = 0; i < stars; i++)
        residual[i] = reference[order[i]] - mag[i];
    memcpy(room, residual, stars * sizeof *room);
    double middle = median(room, stars);
    for (int64_t i = 0; i < stars; i++)
        residual[i] -= middle;
}

WIDE static double misfit(int64_t stars, const double *residual, double scale)
{
    double sum = 0;
    for (int64_t i = 0; i < stars; i++) {
        double away = residual[i] / scale;
        sum += log(1 + away * away);
    }
    return sum;
}

/* Pairings, and how far the real one is from agreeing. */
typedef struct {
    int64_t stars, orders;
    const double *mag, *reference;
    const uint8_t *order;
    double scale, enough; /* misfit of what agrees as well */
    int64_t *counts;      /* of each piece of work */
} Shuffles;

/* Count those of a dozen orders that agree as well as the real one. Returns 1 where memory
   lacks. */
static int count_some(void *given, int64_t piece)
{
    const Shuffles *all = given;
    int64_t first = 1 + piece * DOZEN, past = first + DOZEN;
    double *room = malloc((2 * all->stars + 1) * sizeof *room);
    if (!room)
        return 1;
    double *residual = room + all->stars;
    all->counts[piece] = 0;
    for (int64_t k = first; k < past && k < all->orders; k++) {
        pair(all->stars, all->mag, all->reference, all->order + k * all->stars, residual,
             room);
        all->counts[piece] += misfit(all->stars, residual, all->scale) <= all->enough;
    }
    return free(room), 0;
}

/* Count the orders of the reference magnitudes, the first of them the real one, in which
   they agree as well as in that, by a misfit that is no more than `even` of it larger: stars
   of equal magnitudes change places for nothing. `order` holds a row of stars for each.
   Returns -1 where memory lacks. */
int64_t as_good(int64_t stars, const double *mag, const double *reference, int64_t orders,
                const uint8_t *order, double mad_to_sigma, double least, double even)
{
    Shuffles all = {stars, orders, mag, reference, order, least, 0, NULL};
    int64_t pieces = (orders - 1 + DOZEN - 1) / DOZEN, count = -1;
    double *room = malloc((2 * stars + 1) * sizeof *room);
    all.counts = malloc((pieces + 1) * sizeof *all.counts);
    if (room && all.counts) {
        double *residual = room + stars;
        pair(stars, mag, reference, order, residual, room);
        for (int64_t i = 0; i < stars; i++)
            room[i] = fabs(residual[i]);
        double scale = mad_to_sigma * median(room, stars);
        all.scale = scale > least ? scale : least;
        all.enough = misfit(stars, residual, all.scale) * (1 + even);
        if (!share_out(count_some, &all, pieces, orders * stars)) {
            count = 0;
            for (int64_t piece = 0; piece < pieces; piece++)
                count += all.counts[piece];
        }
    }
    return free(room), free(all.counts), count;
}
