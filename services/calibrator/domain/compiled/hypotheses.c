/* How probable the stars make a hypothesis, and where its peak is. */

#include "hypotheses.h"

#include <math.h>

#define DEEP 32 /* likelihoods that are multiplied before a logarithm is taken, */
#define WIDTH 8 /* so many products side by side */
#define LEAST 1e-300 /* of a product: of 32 likelihoods under 4e-10, which no star has */
#define STUDENT_TOP 0.3675525969478614 /* 2 / (pi sqrt 3) */

/* How sharp each star tells a hypothesis, the inverse of what it should scatter: the same
   wherever the hypothesis is. */
WIDE static void sharpen(const Sample *stars, double scatter, double *sharp)
{
    const double *variance = stars->variance, square = scatter * scatter;
    for (int64_t i = 0; i < stars->count; i++)
        sharp[i] = 1 / sqrt(variance[i] + square);
}

/* How dense good stars of a hypothesis are where each star is. In a loop of its own:
   whatever else is summed up would have to give way to each exponential. */
WIDE static void expect(const Sample *stars, const Hypothesis *given, const double *sharp,
                        double *density)
{
    const Hypothesis one = *given;
    const double *difference = stars->difference, *colour = stars->colour;
    const double top = (1 - one.wrong) / sqrt(TWO_PI);
    for (int64_t i = 0; i < stars->count; i++) {
        double residual = difference[i] - one.centre - one.slope * colour[i];
        double errors = residual * sharp[i];
        density[i] = top * sharp[i] * exp(-0.5 * errors * errors);
    }
}

/* One star held against a hypothesis: residual, likelihood, how much it pulls at the wrong
   stars' law, 1 in its middle, and the probability to be good. */
typedef struct {
    double residual, likelihood, pulls, good;
} Star;

static inline __attribute__((always_inline)) Star
judged(const Hypothesis *one, double difference, double variance, double colour,
       double density)
{
    double residual = difference - one->centre - one->slope * colour;
    double width = one->wrong_square + variance + one->scatter * one->scatter;
    double away = residual - one->wrong_centre, wing = 3 * width + away * away;
    double right = density * wing * wing;
    double either = right + 9 * STUDENT_TOP * one->wrong * width * sqrt(width);
    double share = 1 / (wing * either), over = either * share; /* one division for both */
    return (Star){residual, either * over * over, 3 * width * over,
                  right * wing * share};
}

/* Return the sum of the logarithms of likelihoods. */
WIDE static double log_product(const double *likelihood, int64_t count)
{
    double sum = 0;
    for (int64_t first = 0; first < count;) {
        int64_t rows = (count - first) / WIDTH;
        rows = rows > DEEP ? DEEP : rows;
        double product[WIDTH] = {1, 1, 1, 1, 1, 1, 1, 1};
        for (int64_t row = 0; row < rows; row++, first += WIDTH)
            for (int lane = 0; lane < WIDTH; lane++)
                product[lane] *= likelihood[first + lane];
        for (int lane = 0; !rows && first < count; lane++)
            product[lane] = likelihood[first++];
        for (int lane = 0; lane < WIDTH; lane++)
            sum += log(product[lane] > LEAST ? product[lane] : LEAST);
    }
    return sum;
}

/* Hold a hypothesis against the stars, and leave their likelihoods. */
WIDE static Sums summed(const Sample *stars, const Hypothesis *given, double least,
                        const double *sharp, double *likelihood)
{
    const Hypothesis one = *given;
    const double *difference = stars->difference, *variance = stars->variance;
    const double *colour = stars->colour;
    double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
    double share = 0, near = 0, pull = 0, squares = 0;
    expect(stars, given, sharp, likelihood);
    for (int64_t i = 0; i < stars->count; i++) {
        Star star = judged(&one, difference[i], variance[i], colour[i], likelihood[i]);
        double weight = star.good * sharp[i] * sharp[i] + least;
        double doubt = 1 - star.good, pulls = doubt * (4.0 / 3) * star.pulls;
        s += weight;
        sx += weight * colour[i];
        sxx += weight * colour[i] * colour[i];
        sy += weight * difference[i];
        sxy += weight * colour[i] * difference[i];
        share += doubt;
        near += pulls;
        pull += pulls * star.residual;
        squares += pulls * star.residual * star.residual;
        likelihood[i] = star.likelihood;
    }
    return (Sums){s,    sx,   sxx,     sy, sxy, share,
                  near, pull, squares, log_product(likelihood, stars->count), sharp};
}

WIDE Sums curvature(const Sample *stars, const Hypothesis *given, const Rules *rules,
                    double *good, double *sharp)
{
    const Hypothesis one = *given;
    const double *difference = stars->difference, *variance = stars->variance;
    const double *colour = stars->colour;
    const double least = rules->least_weight, flattest = rules->flattest;
    double s = 0, sx = 0, sxx = 0;
    sharpen(stars, one.scatter, sharp);
    expect(stars, given, sharp, good);
    for (int64_t i = 0; i < stars->count; i++) {
        Star star = judged(&one, difference[i], variance[i], colour[i], good[i]);
        double precision = sharp[i] * sharp[i];
        double weight = star.good * precision + least;
        double pulled = star.residual * precision;
        double left = weight - star.good * (1 - star.good) * pulled * pulled;
        double lowest = flattest * weight;
        left = left > lowest ? left : lowest;
        s += left;
        sx += left * colour[i];
        sxx += left * colour[i] * colour[i];
        good[i] = star.good;
    }
    sxx += 1 / (stars->sigma * stars->sigma);
    return (Sums){.s = s, .sx = sx, .sxx = sxx};
}

static double log_posterior(const Sample *stars, const Hypothesis *one,
                            const Sums *sums, const Rules *rules)
{
    double slope = (one->slope - stars->mean) / stars->sigma;
    double ratio = one->wrong_square / (rules->wrong_width * rules->wrong_width);
    double shape = one->wrong_centre * one->wrong_centre / one->wrong_square;
    shape += log(ratio) + 1 / ratio - 1;
    return sums->log_likelihood + one->log_prior - 0.5 * slope * slope -
           0.5 * rules->worth * shape;
}

/* Move a hypothesis; return how far its centre went, in its errors. */
static double improve(const Sample *stars, Hypothesis *one, const Sums *sums,
                      const Rules *rules)
{
    double prior = 1 / (stars->sigma * stars->sigma);
    double sxx = sums->sxx + prior, sxy = sums->sxy + stars->mean * prior;
    double determinant = sums->s * sxx - sums->sx * sums->sx;
    double centre = (sums->sy * sxx - sums->sx * sxy) / determinant;
    double step = fabs(centre - one->centre) * sqrt(sums->s);
    double away = sums->pull / (sums->near + rules->worth);
    double squares = sums->squares - 2 * away * sums->pull + away * away * sums->near;
    double usual = rules->worth * rules->wrong_width * rules->wrong_width;
    one->centre = centre;
    one->slope = (sums->s * sxy - sums->sx * sums->sy) / determinant;
    one->wrong_centre = away;
    one->wrong_square = (squares + usual) / (sums->share + rules->worth);
    return step;
}

int64_t without_negligible(Hypothesis *all, Sums *sums, int64_t count, double far)
{
    double best = all[0].log_posterior;
    int64_t kept = 0;
    for (int64_t k = 1; k < count; k++)
        best = all[k].log_posterior > best ? all[k].log_posterior : best;
    for (int64_t k = 0; k < count; k++)
        if (all[k].log_posterior > best - far) {
            sums[kept] = sums[k];
            all[kept++] = all[k];
        }
    return kept;
}

/* Hold every hypothesis against the stars, whose likelihoods are put in `room`. */
static void judge(const Sample *stars, Hypothesis *all, Sums *sums, int64_t count,
                  const Rules *rules, double *room)
{
    for (int64_t k = 0; k < count; k++) {
        sums[k] = summed(stars, &all[k], rules->least_weight, sums[k].sharp, room);
        all[k].log_posterior = log_posterior(stars, &all[k], &sums[k], rules);
    }
}

/* Tell each hypothesis how sharp the stars are: one row for all with the same scatter. */
static void sharpen_all(const Sample *stars, const Hypothesis *all, Sums *sums,
                        int64_t count, double *rows)
{
    for (int64_t k = 0; k < count; k++) {
        sums[k].sharp = rows;
        if (k && all[k].scatter == all[k - 1].scatter) {
            sums[k].sharp = sums[k - 1].sharp;
            continue;
        }
        sharpen(stars, all[k].scatter, rows);
        rows += stars->count;
    }
}

int64_t settle(const Sample *stars, Hypothesis *all, Sums *sums, int64_t count,
               const Rules *rules, double *room)
{
    sharpen_all(stars, all, sums, count, room + stars->count);
    judge(stars, all, sums, count, rules, room);
    for (int64_t round = 0; round < rules->rounds; round++) {
        double longest = 0;
        for (int64_t k = 0; k < count; k++) {
            double step = improve(stars, &all[k], &sums[k], rules);
            longest = step > longest ? step : longest;
        }
        judge(stars, all, sums, count, rules, room);
        if (longest < rules->tolerance)
            break;
        if (round % rules->forget_every == 0)
            count = without_negligible(all, sums, count,
                                       rules->negligible * (1 + longest / rules->close));
    }
    return count;
}
