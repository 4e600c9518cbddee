/* What bands say of some of the uploaded stars: the twins of Samples in ../samples.py. */

#include "zeropoint.h"

#include <float.h>

/* Bring each uploaded star's variance down to its smallest in any band it may take part
   in. */
void smallest_variances(const Held *bands, int64_t count, double *smallest)
{
    for (int64_t k = 0; k < count; k++) {
        const Held band = bands[k];
        for (int64_t i = 0; i < band.count; i++) {
            double *least = smallest + band.star[i];
            double own = band.verdict[i] == TOOK_PART ? band.variance[i] : DBL_MAX;
            *least = own < *least ? own : *least;
        }
    }
}

/* Where what bands say is put, shape (bands, stars). */
typedef struct {
    double *difference, *variance, *colour;
    uint8_t *known;
} Table;

/* Put what bands say of the stars that may take part; `column` is that of each uploaded
   star, or -1. */
void together(const Held *bands, int64_t count, int64_t stars, const int64_t *column,
              const Table *to)
{
    for (int64_t k = 0; k < count; k++) {
        const Held *band = bands + k;
        for (int64_t i = 0; i < band->count; i++) {
            int64_t at = column[band->star[i]];
            if (at < 0 || band->verdict[i] != TOOK_PART)
                continue;
            at += k * stars;
            to->difference[at] = band->difference[i];
            to->variance[at] = band->variance[i];
            to->colour[at] = band->colour[i];
            to->known[at] = 1;
        }
    }
}
