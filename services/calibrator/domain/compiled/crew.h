/* Work on many bands, shared out between two threads. */

#ifndef CREW_H
#define CREW_H

#include <stdint.h>

/* What is done for the band of a number; anything but 0 is a fault. */
typedef int Work(void *given, int64_t number);

/* Do some work for each of so many bands, in two threads where they have many pairs of
   stars together. Returns the last fault there was, or 0. Who does which band changes
   nothing. */
int share_out(Work *work, void *given, int64_t count, int64_t pairs);

#endif
