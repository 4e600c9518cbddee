/* The nearest star to each place, compiled: see ../neighbours.py, which lays the grid. */

#include "crew.h"
#include "grid.h"
#include "order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CROWDED 1
#define NO_MEMORY 2
#define ROWS_AHEAD 3
#define LINE 8        /* numbers that memory hands over at once */
#define NOWHERE 5.0   /* more than any squared chord */
#define TAKEN -1.0    /* less than any */
#define ROUNDED 1e-12 /* of a chord: by how much places in cells may be rounded */

/* What is found for places: see Closest in ../grid.py. */
typedef struct {
    int64_t *star;
    double *squared;
    uint8_t *mutual;
    double east, north;
} Found;

/* What is needed meanwhile: of each star how near a place is, of each place its row and
   which is looked at when, and where the places of each row begin. */
typedef struct {
    double *of_star, *offset;
    int64_t *begin, *order;
    int32_t *row;
} Room;

/* Tell whether a place is one, also where the compiler takes all numbers for finite. */
static int is_known(const double *place)
{
    uint64_t bits[3], exponent = 0x7ff0000000000000u;
    memcpy(bits, place, sizeof bits);
    return (bits[0] & exponent) != exponent && (bits[1] & exponent) != exponent &&
           (bits[2] & exponent) != exponent;
}

/* Order places by their rows of cells: neighbours are looked for where memory is warm.
   Those that are none come last, behind all rows. */
static void order_by_row(const Grid *grid, int64_t count, const double *places,
                         const Room *room)
{
    int64_t *begin = room->begin;
    int32_t *row = room->row;
    memset(begin, 0, (grid->rows + 3) * sizeof *begin);
    for (int64_t i = 0; i < count; i++) {
        const double *place = places + 3 * i;
        row[i] = (int32_t)(grid->rows + 1);
        if (is_known(place))
            row[i] = (int32_t)whole(along(grid, place, 0), grid->rows);
        begin[row[i] + 1]++;
    }
    for (int64_t at = 0; at <= grid->rows + 1; at++)
        begin[at + 1] += begin[at];
    for (int64_t i = 0; i < count; i++)
        room->order[begin[row[i]]++] = i;
}

/* A place as it is compared with the stars about it. */
typedef struct {
    double x, y, z, farthest, nearest;
    int64_t best;
} Search;

static void look(Search *at, const Grid *grid, int64_t begin, int64_t end, double *of_star)
{
    for (int64_t star = begin; star < end; star++) {
        const double *there = grid->vectors + 3 * star;
        double dx = at->x - there[0], dy = at->y - there[1], dz = at->z - there[2];
        double away = dx * dx + dy * dy + dz * dz;
        if (away > at->farthest)
            continue;
        if (away < of_star[star])
            of_star[star] = away;
        if (at->best < 0 || away < at->nearest) {
            at->nearest = away;
            at->best = star;
        }
    }
}

/* Tell how far a place is east and north of a star: the sines of the differences in right
   ascension, times cos(Dec), and in declination. */
static void measure(const double *place, const double *star, double *east, double *north)
{
    const double x = star[0], y = star[1];
    const double round = sqrt(x * x + y * y);
    const double here = sqrt(place[0] * place[0] + place[1] * place[1]);
    *east = round > 0 ? (x * place[1] - y * place[0]) / round : 0;
    *north = place[2] * round - star[2] * here;
}

/* Find the nearest star of a place; tell the stars that it may be theirs. `left` falls
   below 0 where too many would have to be looked at. */
static void closest(const Grid *grid, const double *place, double limit, int64_t *left,
                    double *of_star, const Found *found, int64_t i)
{
    const double reach = (limit + ROUNDED) / grid->cell;
    const Span rows = touched(along(grid, place, 0), reach, grid->rows);
    const Span columns = touched(along(grid, place, 1), reach, grid->columns);
    Search at = {place[0], place[1], place[2], limit * limit, NOWHERE, -1};
    for (int64_t row = rows.first; row < rows.past; row++) {
        int64_t begin = grid->begin[row * grid->columns + columns.first];
        int64_t end = grid->begin[row * grid->columns + columns.past];
        *left -= end - begin;
        if (*left < 0)
            return;
        look(&at, grid, begin, end, of_star);
    }
    found->star[i] = at.best;
    found->squared[i] = at.nearest;
}

/* Have the memory fetched that the stars of a row are in. Not inlined, GCC takes it for a
   function that does nothing. */
static inline __attribute__((always_inline)) void fetch(const Grid *grid, int64_t row)
{
    if (row >= grid->rows)
        return;
    int64_t first = row * grid->columns, past = first + grid->columns;
    for (int64_t cell = first; cell < past; cell += LINE)
        __builtin_prefetch(grid->begin + cell);
    const double *here = grid->vectors + 3 * grid->begin[first];
    const double *end = grid->vectors + 3 * grid->begin[past];
    for (; here < end; here += LINE)
        __builtin_prefetch(here);
}

/* Turn entries of the grid into stars; mark places that are also their star's nearest, of
   equally near ones the last, and tell the medians of their offsets. */
static void settle(const Grid *grid, int64_t count, const double *places,
                   const Room *room, Found *found)
{
    double *east = room->offset, *north = room->offset + count;
    int64_t mutual = 0;
    for (int64_t i = count - 1; i >= 0; i--) {
        int64_t entry = found->star[i];
        found->mutual[i] = entry >= 0 && found->squared[i] == room->of_star[entry];
        if (found->mutual[i]) {
            room->of_star[entry] = TAKEN;
            measure(places + 3 * i, grid->vectors + 3 * entry, east + mutual,
                    north + mutual);
            mutual++;
        }
        found->star[i] = entry < 0 ? -1 : grid->order[entry];
    }
    found->east = median(east, mutual);
    found->north = median(north, mutual);
}

static int search(const Grid *grid, int64_t count, const double *places, double limit,
                  int64_t most, const Room *room, Found *found)
{
    int64_t fetched = 0;
    order_by_row(grid, count, places, room);
    for (int64_t k = 0; k < grid->stars; k++)
        room->of_star[k] = NOWHERE;
    for (int64_t k = 0; k < count; k++) {
        found->star[k] = -1;
        found->squared[k] = NOWHERE;
    }
    for (int64_t k = 0; k < count; k++) {
        int64_t i = room->order[k], row = room->row[i];
        if (row > grid->rows)
            break;
        for (; fetched < row + ROWS_AHEAD; fetched++)
            fetch(grid, fetched);
        closest(grid, places + 3 * i, limit, &most, room->of_star, found, i);
        if (most < 0)
            return CROWDED;
    }
    settle(grid, count, places, room, found);
    return 0;
}

/* Places, and the grids that their neighbours are looked for in. */
typedef struct {
    const Grid *grids;
    const double *places;
    int64_t count, most;
    double limit;
    Found *found;
    int *faults;
} Task;

static int look_in(void *given, int64_t which)
{
    const Task *task = given;
    const Grid *grid = task->grids + which;
    const int64_t n = task->count;
    Room room = {
        malloc((grid->stars + 1) * sizeof *room.of_star),
        malloc((2 * n + 1) * sizeof *room.offset),
        malloc((grid->rows + 3) * sizeof *room.begin),
        malloc((n + 1) * sizeof *room.order),
        malloc((n + 1) * sizeof *room.row),
    };
    int lacks = !room.of_star || !room.offset || !room.begin || !room.order || !room.row;
    task->faults[which] = NO_MEMORY;
    if (!lacks)
        task->faults[which] = search(grid, n, task->places, task->limit, task->most, &room,
                                     task->found + which);
    free(room.of_star), free(room.offset), free(room.begin), free(room.order);
    free(room.row);
    return 0;
}

/* Find, in each grid, the nearest star within a chord of each place, and whether that star
   has no place nearer to it.

   `faults` receives 0; CROWDED where more than `most` pairs of cells' stars and places would
   have to be looked at; NO_MEMORY where memory lacks. */
void nearest(const Grid *grids, int64_t number, int64_t count, const double *places,
             double limit, int64_t most, Found *found, int *faults)
{
    Task task = {grids, places, count, most, limit, found, faults};
    share_out(look_in, &task, number, number * count);
}
