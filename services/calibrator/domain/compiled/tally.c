/* How probable the stars of many bands are, given columns that explain them, compiled:
   the twin of ../tally.py. */

#include "crew.h"
#include "order.h"
#include "solve.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define HALF 0.5

typedef struct {
    double wrong, fewest_wrong, most_wrong, anywhere;
    double smallest_scatter, shorth_to_sigma, mad_to_sigma;
    int64_t rounds, rounds_to_begin;
} TallyRules;

/* What bands say of an image's stars, shape (bands, stars); of each band the columns
   beside centre and colour lie `apart` numbers behind those of the one before. */
typedef struct {
    int64_t bands, stars, columns, apart;
    const double *difference, *variance, *colour, *column;
    const uint8_t *known;
    const double *usual, *steepest;
} Told;

/* One band, of its known stars alone. */
typedef struct {
    Fit fit;
    double *variance, *good, *sorted;
    int64_t *star;
    double scatter, wrong;
} Band;

static int make_room(Band *band, const Told *told)
{
    int64_t n = told->stars, k = told->columns + 2;
    double *room = malloc((n * (7 + k) + k * (2 * k + 2)) * sizeof *room);
    band->star = malloc(n * sizeof *band->star);
    if (!room || !band->star)
        return free(room), free(band->star), 1;
    Fit *fit = &band->fit;
    fit->width = k;
    fit->goal = room;
    fit->residual = room + n;
    fit->weight = room + 2 * n;
    fit->weighed = room + 3 * n;
    band->variance = room + 4 * n;
    band->good = room + 5 * n;
    band->sorted = room + 6 * n;
    fit->design = room + 7 * n;
    fit->normal = fit->design + k * n;
    fit->covariance = fit->normal + k * k;
    fit->at = fit->covariance + k * k;
    fit->right = fit->at + k;
    return 0;
}

static void choose(Band *band, const Told *told, int64_t which)
{
    const int64_t n = told->stars, first = which * n;
    Fit *fit = &band->fit;
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++)
        if (told->known[first + i])
            band->star[m++] = i;
    fit->count = m;
    fit->usual = told->usual[which];
    fit->steepest = told->steepest[which];
    for (int64_t i = 0; i < m; i++) {
        int64_t star = band->star[i];
        fit->goal[i] = told->difference[first + star];
        band->variance[i] = told->variance[first + star];
        fit->design[i] = 1;
        fit->design[m + i] = told->colour[first + star];
        for (int64_t k = 0; k < told->columns; k++)
            fit->design[(k + 2) * m + i] =
                told->column[which * told->apart + k * n + star];
    }
}

/* Settle on about the least sum of absolute residuals. */
static void begin(Band *band, const TallyRules *rules)
{
    Fit *fit = &band->fit;
    const int64_t m = fit->count;
    for (int64_t i = 0; i < m; i++)
        band->sorted[i] = fit->goal[i];
    double middle = median(band->sorted, m);
    for (int64_t i = 0; i < m; i++) {
        fit->residual[i] = fit->goal[i] - middle;
        band->sorted[i] = fabs(fit->residual[i]);
    }
    double spread = rules->mad_to_sigma * median(band->sorted, m);
    spread = spread > rules->smallest_scatter ? spread : rules->smallest_scatter;
    for (int64_t round = 0; round < rules->rounds_to_begin; round++) {
        for (int64_t i = 0; i < m; i++) {
            double away = fabs(fit->residual[i]);
            fit->weight[i] = 1 / (spread * (away > spread / 4 ? away : spread / 4));
        }
        solve(fit, 0);
    }
}

/* Begin with the share of the stars that stand closest together. */
static void gather(Band *band, const TallyRules *rules, double share)
{
    Fit *fit = &band->fit;
    int64_t m = fit->count, some = (int64_t)(share * (double)m), first = 0;
    double centre = 0;
    band->scatter = 0.1;
    band->wrong = rules->wrong;
    if (!some)
        return;
    for (int64_t i = 0; i < m; i++)
        band->sorted[i] = fit->residual[i];
    sort(band->sorted, m);
    const double *value = band->sorted;
    for (int64_t i = 1; i + some < m; i++)
        if (value[i + some] - value[i] < value[first + some] - value[first])
            first = i;
    for (int64_t i = first; i <= first + some; i++)
        centre += value[i] / (double)(some + 1);
    double width = rules->shorth_to_sigma * (value[first + some] - value[first]);
    band->scatter = width > rules->smallest_scatter ? width : rules->smallest_scatter;
    fit->at[0] += centre;
    leave(fit);
}

/* Tell good stars from wrong ones; return the log likelihood of all. */
WIDE static double judge(const Band *band, double anywhere)
{
    const int64_t m = band->fit.count;
    const double *residual = band->fit.residual, *variance = band->variance;
    double *good = band->good, *weight = band->fit.weight, likelihood = 0;
    const double square = band->scatter * band->scatter;
    const double right = 1 - band->wrong, wrong = band->wrong / anywhere;
    for (int64_t i = 0; i < m; i++) {
        double total = variance[i] + square;
        double density = exp(-0.5 * residual[i] * residual[i] / total);
        double close = right * density / sqrt(TWO_PI * total), either = close + wrong;
        likelihood += log(either);
        good[i] = close / either;
        weight[i] = good[i] / total;
    }
    return likelihood;
}

/* Learn the scatter beyond the errors, and which part of the stars is wrong. */
WIDE static void learn(Band *band, const TallyRules *rules)
{
    const int64_t m = band->fit.count;
    const double *residual = band->fit.residual, *variance = band->variance;
    double sum = 0, excess = 0, least = rules->smallest_scatter;
    for (int64_t i = 0; i < m; i++) {
        sum += band->good[i];
        excess += band->good[i] * (residual[i] * residual[i] - variance[i]);
    }
    excess /= sum > 1 ? sum : 1;
    band->scatter = sqrt(excess > least * least ? excess : least * least);
    double wrong = 1 - sum / (double)(m > 1 ? m : 1);
    wrong = wrong < rules->most_wrong ? wrong : rules->most_wrong;
    band->wrong = wrong > rules->fewest_wrong ? wrong : rules->fewest_wrong;
}

/* What the fits to all bands give: as in Tally of ../tally.py. */
typedef struct {
    double *coefficients, *covariance, *likelihood, *residual, *scatter, *good;
} Tally;

static void tell(const Band *band, const Tally *tally, int64_t which, int64_t stars)
{
    const Fit *fit = &band->fit;
    const int64_t k = fit->width;
    double *residual = tally->residual + which * stars;
    for (int64_t i = 0; i < stars; i++)
        residual[i] = 0;
    for (int64_t i = 0; i < fit->count; i++)
        residual[band->star[i]] = fit->residual[i];
    if (!tally->good)
        return;
    double *good = tally->good + which * stars;
    for (int64_t i = 0; i < stars; i++)
        good[i] = 0;
    for (int64_t i = 0; i < fit->count; i++)
        good[band->star[i]] = band->good[i];
    for (int64_t i = 0; i < k; i++)
        tally->coefficients[which * k + i] = fit->at[i];
    for (int64_t i = 0; i < k * k; i++)
        tally->covariance[which * k * k + i] = fit->covariance[i];
    tally->scatter[which] = band->scatter;
}

/* Bands that are fitted, and where that is put. */
typedef struct {
    const Told *told;
    const TallyRules *rules;
    double share;
    const Tally *tally;
} Bands;

static int tally_band(void *given, int64_t which)
{
    const Bands *all = given;
    const TallyRules *rules = all->rules;
    Band band;
    if (make_room(&band, all->told))
        return 1;
    choose(&band, all->told, which);
    begin(&band, rules);
    gather(&band, rules, all->share);
    for (int64_t round = 0; round < rules->rounds; round++) {
        judge(&band, rules->anywhere);
        solve(&band.fit, 0);
        learn(&band, rules);
    }
    all->tally->likelihood[which] = judge(&band, rules->anywhere);
    solve(&band.fit, 1);
    tell(&band, all->tally, which, all->told->stars);
    return free(band.fit.goal), free(band.star), 0;
}

static int glance_at(void *given, int64_t which)
{
    const Bands *all = given;
    Band band;
    if (make_room(&band, all->told))
        return 1;
    choose(&band, all->told, which);
    begin(&band, all->rules);
    tell(&band, all->tally, which, all->told->stars);
    gather(&band, all->rules, all->share);
    all->tally->scatter[which] = band.scatter;
    return free(band.fit.goal), free(band.star), 0;
}

/* Fit a centre, a colour term and the columns to each band. Returns 0, or 1 where memory
   lacks. */
int tallied(const Told *told, const TallyRules *rules, double share, const Tally *tally)
{
    Bands all = {told, rules, share, tally};
    int64_t work = told->bands * told->stars * rules->rounds;
    return share_out(tally_band, &all, told->bands, work);
}

/* Leave what a clipped least squares of centre and colour leaves, and how much the half of
   the stars scatters that stands closest. */
int glanced(const Told *told, const TallyRules *rules, double *residual, double *scatter)
{
    Tally tally = {.residual = residual, .scatter = scatter};
    Bands all = {told, rules, HALF, &tally};
    int64_t work = told->bands * told->stars * rules->rounds_to_begin;
    return share_out(glance_at, &all, told->bands, work);
}
