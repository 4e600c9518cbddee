/* The nearest star to each place, compiled: see ../neighbours.py, which lays the grid. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE 5.0   /* more than any squared chord */
#define ROWS_AHEAD 3
#define LINE 8 /* numbers that memory hands over at once */
#define TAKEN -1.0    /* less than any */
#define ROUNDED 1e-12 /* of a chord: by how much places in cells may be rounded */

typedef struct {
    const double *vectors;     /* of the stars in the order of their cells, (m, 3) */
    const int64_t *begin;      /* where the stars of each cell begin, (rows·columns + 1,) */
    const int64_t *order;      /* index of each of them, (m,) */
    const double *axes;        /* of the plane, (3, 2) */
    double corner[2], cell;
    int64_t rows, columns, stars;
} Grid;

/* Return how many whole cells lie before a place on an axis, none before the first. */
static int64_t whole(double cells, int64_t most)
{
    return cells <= 0 ? 0 : cells >= (double)most ? most : (int64_t)cells;
}

/* Return where a place lies on an axis, in cells from the corner. */
static double along(const Grid *grid, const double *place, int axis)
{
    const double *axes = grid->axes + axis;
    double at = place[0] * axes[0] + place[1] * axes[2] + place[2] * axes[4];
    return (at - grid->corner[axis]) / grid->cell;
}

/* Tell whether a place is one, also where the compiler takes all numbers for finite. */
static int is_known(const double *place)
{
    uint64_t bits[3], exponent = 0x7ff0000000000000u;
    memcpy(bits, place, sizeof bits);
    return (bits[0] & exponent) != exponent && (bits[1] & exponent) != exponent &&
           (bits[2] & exponent) != exponent;
}

/* Order places by their rows of cells: neighbours are looked for where memory is warm.
   Those that are none come last, behind all rows. `begin` has room for three numbers more
   than there are rows, `row` for one a place. */
static void order_by_row(const Grid *grid, int64_t count, const double *places,
                         int64_t *begin, int32_t *row, int64_t *order)
{
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
        order[begin[row[i]]++] = i;
}

/* The cells that a circle about a place may touch, and those behind the last. */
typedef struct {
    int64_t first, past;
} Span;

static Span touched(double middle, double reach, int64_t most)
{
    if (middle + reach < 0)
        return (Span){0, 0};
    int64_t past = whole(middle + reach, most);
    return (Span){whole(middle - reach, most), past < most ? past + 1 : most};
}

/* What is found for places: see Closest in ../grid.py. */
typedef struct {
    int64_t *star;
    double *squared;
    uint8_t *mutual;
    double *east, *north;
} Found;

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

/* Tell how far a place is east and north of its star, in the star's own tangents. */
static void measure(const Search *at, const Grid *grid, double *east, double *north)
{
    const double *there = grid->vectors + 3 * at->best;
    const double x = there[0], y = there[1], z = there[2];
    const double dx = at->x - x, dy = at->y - y, dz = at->z - z;
    const double round = sqrt(x * x + y * y), lever = round > 0 ? 1 / round : 0;
    *east = (x * dy - y * dx) * lever;
    *north = dz * round - (x * dx + y * dy) * z * lever;
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
    if (at.best >= 0)
        measure(&at, grid, found->east + i, found->north + i);
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
   equally near ones the last. */
static void settle(const Grid *grid, int64_t count, double *of_star, const Found *found)
{
    for (int64_t i = count - 1; i >= 0; i--) {
        int64_t entry = found->star[i];
        found->mutual[i] = entry >= 0 && found->squared[i] == of_star[entry];
        if (found->mutual[i])
            of_star[entry] = TAKEN;
        found->star[i] = entry < 0 ? -1 : grid->order[entry];
    }
}

/* Find the nearest star within a chord of each place, and whether that star has no place
   nearer to it.

   Returns 0; 1 where more than `most` pairs of cells' stars and places would have to be
   looked at; 2 where memory lacks. */
int nearest(const Grid *grid, int64_t count, const double *places, double limit,
            int64_t most, const Found *found)
{
    double *of_star = malloc((grid->stars + 1) * sizeof *of_star);
    int64_t *order = malloc((count + grid->rows + 3) * sizeof *order);
    int32_t *row = malloc((count + 1) * sizeof *row);
    int64_t fetched = 0;
    int fault = !of_star || !order || !row ? 2 : 0;
    if (!fault)
        order_by_row(grid, count, places, order + count, row, order);
    for (int64_t k = 0; !fault && k < grid->stars; k++)
        of_star[k] = NOWHERE;
    for (int64_t k = 0; !fault && k < count; k++) {
        found->star[k] = -1;
        found->squared[k] = NOWHERE;
    }
    for (int64_t k = 0; !fault && k < count && row[order[k]] <= grid->rows; k++) {
        for (; fetched < row[order[k]] + ROWS_AHEAD; fetched++)
            fetch(grid, fetched);
        closest(grid, places + 3 * order[k], limit, &most, of_star, found, order[k]);
        fault = most < 0;
    }
    if (!fault)
        settle(grid, count, of_star, found);
    free(of_star), free(order), free(row);
    return fault;
}
