/* Work of one kind, shared out between two threads. */

#ifndef CREW_H
#define CREW_H

#include <stdint.h>

/* What is done for the piece of a number; anything but 0 is a fault. */
typedef int Work(void *given, int64_t number);

/* Do so many pieces of work, in two threads where they have many steps together. Returns the
   last fault there was, or 0. Who does which piece changes nothing. */
int share_out(Work *work, void *given, int64_t count, int64_t steps);

#endif
