/* The nearest star to each place, compiled: see ../neighbours.py, which lays the grid. */

#include <math.h>
#include <stdint.h>

#define NOWHERE 5.0 /* more than any squared chord */

typedef struct {
    const double *vectors;     /* of the stars in the order of their cells, (m, 3) */
    const int64_t *begin;      /* where the stars of each cell begin, (rows·columns + 1,) */
    const double *axes;        /* of the plane, (3, 2) */
    double corner[2], cell;
    int64_t rows, columns;
} Grid;

static int64_t bounded(double value, int64_t most)
{
    return value < 0 ? 0 : value > (double)most ? most : (int64_t)value;
}

/* Find the nearest star within a chord of each place, and how near the nearest place is
   to each star.

   `nearest` receives the star's place in the order of the cells, or -1; `of_place` and
   `of_star` the squared chords, NOWHERE where there is none. Returns 0, or 1 where more
   than `most` pairs of cells' stars and places would have to be looked at. */
int nearest(const Grid *grid, int64_t count, const double *places, double limit,
            int64_t most, int64_t *nearest, double *of_place, double *of_star)
{
    double reach = ceil(limit / grid->cell), square = limit * limit;
    int64_t looked_at = 0;
    for (int64_t i = 0; i < count; i++) {
        const double *place = places + 3 * i, *axes = grid->axes;
        double x = place[0] * axes[0] + place[1] * axes[2] + place[2] * axes[4];
        double y = place[0] * axes[1] + place[1] * axes[3] + place[2] * axes[5];
        double row = floor((x - grid->corner[0]) / grid->cell);
        double column = floor((y - grid->corner[1]) / grid->cell);
        int64_t last = bounded(row + reach + 1, grid->rows);
        int64_t left = bounded(column - reach, grid->columns);
        int64_t right = bounded(column + reach + 1, grid->columns);
        int64_t best = -1;
        double closest = NOWHERE;
        for (int64_t at = bounded(row - reach, grid->rows); at < last; at++) {
            int64_t begin = grid->begin[at * grid->columns + left];
            int64_t end = grid->begin[at * grid->columns + right];
            looked_at += end - begin;
            if (looked_at > most)
                return 1;
            for (int64_t star = begin; star < end; star++) {
                const double *there = grid->vectors + 3 * star;
                double dx = place[0] - there[0], dy = place[1] - there[1];
                double dz = place[2] - there[2];
                double away = dx * dx + dy * dy + dz * dz;
                if (away > square)
                    continue;
                if (away < of_star[star])
                    of_star[star] = away;
                if (away < closest) {
                    closest = away;
                    best = star;
                }
            }
        }
        nearest[i] = best;
        of_place[i] = closest;
    }
    return 0;
}
