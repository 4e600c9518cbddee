/* The nearest star to each place, compiled: see ../neighbours.py, which lays the grid. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE 5.0 /* more than any squared chord */

typedef struct {
    const double *vectors;     /* of the stars in the order of their cells, (m, 3) */
    const int64_t *begin;      /* where the stars of each cell begin, (rows·columns + 1,) */
    const int64_t *order;      /* index of each of them, (m,) */
    const double *axes;        /* of the plane, (3, 2) */
    double corner[2], cell;
    int64_t rows, columns, stars;
} Grid;

static int64_t bounded(double value, int64_t most)
{
    return value < 0 ? 0 : value > (double)most ? most : (int64_t)value;
}

/* Return on which row of cells a place lies (axis 0), or on which column (axis 1). */
static double along(const Grid *grid, const double *place, int axis)
{
    const double *axes = grid->axes + axis;
    double at = place[0] * axes[0] + place[1] * axes[2] + place[2] * axes[4];
    return floor((at - grid->corner[axis]) / grid->cell);
}

/* Order places by their rows of cells: neighbours are looked for where memory is warm.
   `begin` has room for two numbers more than there are rows. */
static void order_by_row(const Grid *grid, int64_t count, const double *places,
                         int64_t *begin, int64_t *order)
{
    memset(begin, 0, (grid->rows + 2) * sizeof *begin);
    for (int64_t i = 0; i < count; i++)
        begin[bounded(along(grid, places + 3 * i, 0), grid->rows) + 1]++;
    for (int64_t row = 0; row <= grid->rows; row++)
        begin[row + 1] += begin[row];
    for (int64_t i = 0; i < count; i++)
        order[begin[bounded(along(grid, places + 3 * i, 0), grid->rows)]++] = i;
}

/* Find the nearest star of one place; tell the stars that it may be theirs. */
static int64_t closest(const Grid *grid, const double *place, double limit, int64_t *left,
                       double *squared, double *of_star)
{
    double reach = ceil(limit / grid->cell), nearest = limit * limit;
    double row = along(grid, place, 0), column = along(grid, place, 1);
    int64_t last = bounded(row + reach + 1, grid->rows), best = -1;
    int64_t first = bounded(column - reach, grid->columns);
    int64_t past = bounded(column + reach + 1, grid->columns);
    *squared = NOWHERE;
    for (int64_t at = bounded(row - reach, grid->rows); at < last; at++) {
        int64_t begin = grid->begin[at * grid->columns + first];
        int64_t end = grid->begin[at * grid->columns + past];
        *left -= end - begin;
        for (int64_t star = begin; star < end && *left >= 0; star++) {
            const double *there = grid->vectors + 3 * star;
            double dx = place[0] - there[0], dy = place[1] - there[1];
            double dz = place[2] - there[2];
            double away = dx * dx + dy * dy + dz * dz;
            if (away > limit * limit)
                continue;
            if (away < of_star[star])
                of_star[star] = away;
            if (best < 0 || away < nearest) {
                nearest = *squared = away;
                best = star;
            }
        }
    }
    return best;
}

/* Turn entries of the grid into stars; mark places that are also their star's nearest, of
   equally near ones the last. `last` begins as -1 for each entry. */
static void settle(const Grid *grid, int64_t count, int64_t *star, const double *of_place,
                   const double *of_star, int64_t *last, uint8_t *mutual)
{
    for (int64_t i = 0; i < count; i++)
        if (star[i] >= 0 && of_place[i] == of_star[star[i]])
            last[star[i]] = i;
    for (int64_t i = 0; i < count; i++) {
        mutual[i] = star[i] >= 0 && last[star[i]] == i;
        star[i] = star[i] < 0 ? -1 : grid->order[star[i]];
    }
}

/* Find the nearest star within a chord of each place, and whether that star has no place
   nearer to it.

   `star` receives its index, or -1; `of_place` the squared chord, NOWHERE where there is
   none. Returns 0; 1 where more than `most` pairs of cells' stars and places would have to
   be looked at; 2 where memory lacks. */
int nearest(const Grid *grid, int64_t count, const double *places, double limit,
            int64_t most, int64_t *star, double *of_place, uint8_t *mutual)
{
    double *of_star = malloc((grid->stars + 1) * sizeof *of_star);
    int64_t *last = malloc((grid->stars + 1) * sizeof *last);
    int64_t *order = malloc((count + grid->rows + 2) * sizeof *order);
    int fault = !of_star || !last || !order ? 2 : 0;
    if (!fault)
        order_by_row(grid, count, places, order + count, order);
    for (int64_t k = 0; !fault && k < grid->stars; k++) {
        of_star[k] = NOWHERE;
        last[k] = -1;
    }
    for (int64_t k = 0; !fault && k < count; k++) {
        int64_t i = order[k];
        star[i] = closest(grid, places + 3 * i, limit, &most, of_place + i, of_star);
        fault = most < 0;
    }
    if (!fault)
        settle(grid, count, star, of_place, of_star, last, mutual);
    free(of_star), free(last), free(order);
    return fault;
}
