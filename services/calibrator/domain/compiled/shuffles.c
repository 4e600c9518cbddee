/* How many pairings at random agree as well as the real one: the twin of as_good() in
   ../shuffles.py. */

#include "hypotheses.h"
#include "order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Count the orders of the reference magnitudes, the first of them the real one, in which
   they agree as well as in that. `order` holds a row of stars for each, `room` has room for
   two numbers a star. */
int64_t as_good(int64_t stars, const double *mag, const double *reference, int64_t orders,
                const uint8_t *order, double mad_to_sigma, double least, double *room)
{
    double *residual = room + stars;
    int64_t count = 0;
    pair(stars, mag, reference, order, residual, room);
    for (int64_t i = 0; i < stars; i++)
        room[i] = fabs(residual[i]);
    double scale = mad_to_sigma * median(room, stars);
    scale = scale > least ? scale : least;
    double real = misfit(stars, residual, scale);
    for (int64_t k = 1; k < orders; k++) {
        pair(stars, mag, reference, order + k * stars, residual, room);
        count += misfit(stars, residual, scale) <= real;
    }
    return count;
}
