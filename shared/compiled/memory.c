/* Memory that was given back is kept for the next piece of work.

   A process that handles megabytes a few times a second would otherwise give them back to
   the system each time and have them handed over anew, page by page, which takes as long as
   the arithmetic. The same is asked for by MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_
   in the environment of all processes. */

#ifdef __gnu_linux__
#include <malloc.h>

#define MEBIBYTE (1 << 20)

__attribute__((constructor)) static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 32 * MEBIBYTE); /* the most that mallopt allows */
    mallopt(M_TRIM_THRESHOLD, 16 * MEBIBYTE);
}
#endif
