/* The uploaded stars beside those of a band: the names are those of ../compared.py. */

#ifndef BANDS_H
#define BANDS_H

#include <stdint.h>

#define TOOK_PART 0 /* the verdict on a star that does, or may */

/* What is wrong with a star rules it out where enough others remain. */
typedef struct {
    int64_t why, mark, enough;
} Veto;

typedef struct {
    int64_t count;
    const double *mag, *variance;
    const int64_t *verdict;
    const uint8_t *marks; /* against each star */
} Uploaded;

typedef struct {
    int64_t count;
    const int64_t *star;
    const double *mag, *error, *colour; /* no colour: NULL */
    const uint8_t *blended;             /* nothing is: NULL */
    int64_t mark;                       /* of what is blended */
    double floor, unknown;              /* least error, and that of no known error */
} Band;

typedef struct {
    int64_t *star;
    double *difference, *variance, *colour;
    int64_t *verdict;
    double mean_colour;
    int64_t has_colour, count, entered;
} Compared;

#endif
