#include "crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#define FEW 10000 /* steps that are done before another thread has begun */

/* `next` is the first piece that nobody has taken. */
typedef struct {
    Work *work;
    void *given;
    int64_t count;
    atomic_int_fast64_t next;
    atomic_int fault;
} Crew;

static void *take_pieces(void *member)
{
    Crew *crew = member;
    for (int64_t k; (k = atomic_fetch_add(&crew->next, 1)) < crew->count;) {
        int fault = crew->work(crew->given, k);
        if (fault)
            atomic_store(&crew->fault, fault);
    }
    return NULL;
}

int share_out(Work *work, void *given, int64_t count, int64_t steps)
{
    Crew crew = {work, given, count, 0, 0};
    pthread_t other;
    int helped = count > 1 && steps > FEW &&
                 !pthread_create(&other, NULL, take_pieces, &crew);
    take_pieces(&crew);
    if (helped)
        pthread_join(other, NULL);
    return atomic_load(&crew.fault);
}
