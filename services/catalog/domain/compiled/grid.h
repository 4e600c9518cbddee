/* Stars in the square cells of a plane: see ../grid.py. */

#ifndef GRID_H
#define GRID_H

#include <stdint.h>

typedef struct {
    const double *vectors;     /* of the stars in the order of their cells, (m, 3) */
    const int64_t *begin;      /* where the stars of each cell begin, (rows·columns + 1,) */
    const int64_t *order;      /* index of each of them, (m,) */
    const double *axes;        /* of the plane, (3, 2) */
    double corner[2], cell;
    int64_t rows, columns, stars;
} Grid;

/* Return how many whole cells lie before a place on an axis, none before the first. */
static inline int64_t whole(double cells, int64_t most)
{
    return cells <= 0 ? 0 : cells >= (double)most ? most : (int64_t)cells;
}

/* Return where a place lies on an axis, in cells from the corner. */
static inline double along(const Grid *grid, const double *place, int axis)
{
    const double *axes = grid->axes + axis;
    double at = place[0] * axes[0] + place[1] * axes[2] + place[2] * axes[4];
    return (at - grid->corner[axis]) / grid->cell;
}

/* The cells that a circle about a place may touch, and those behind the last. */
typedef struct {
    int64_t first, past;
} Span;

static inline Span touched(double middle, double reach, int64_t most)
{
    if (middle + reach < 0)
        return (Span){0, 0};
    int64_t past = whole(middle + reach, most);
    return (Span){whole(middle - reach, most), past < most ? past + 1 : most};
}

#endif
