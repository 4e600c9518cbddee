/* What the order of values tells. */

#ifndef ORDER_H
#define ORDER_H

#include <stdint.h>

/* Put values in order. */
void sort(double *values, int64_t count);

/* Return the median of values, which change places; 0 of none. */
double median(double *values, int64_t count);

/* Return the median of the shortest half of some values, which are put in order. */
double shorth(double *values, int64_t count);

#endif
