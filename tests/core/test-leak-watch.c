/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-leak-watch.h"

#include <math.h>

/*
 * Series that leak must be found, in time; of those that don't, few may be taken for leaks. Each
 * kind is made of many seeds, and how many were told of is counted, printed and bounded.
 */

#define MIB     (1024.0 * 1024.0)
#define MINUTE  G_TIME_SPAN_MINUTE
#define MINUTES (24 * 60)

/* Of an hour, a Thursday; what it is does not matter. */
#define START (G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC + 17 * G_USEC_PER_SEC)

#ifdef __SANITIZE_ADDRESS__
#define SEEDS 20
#else
#define SEEDS 200
#endif

/* What is random of a series, and what it goes on from. */
typedef struct
{
  GRand *random;
  double base;
  double noise; /* its deviation, as a share of the base */
  double a, b, c;
  double level;
  double next;
} Series;

typedef struct
{
  const char *name;
  void (*begin) (Series *series);
  double (*get) (Series *series, int minute); /* MiB */
  double most;                                /* of all seeds, that may be told of; a share */
} Kind;

typedef struct
{
  const char *name;
  void (*begin) (Series *series);
  double (*get) (Series *series, int minute);
  double least; /* of all seeds, that must be told of */
  int within;   /* hours */
} Leak;

static double
get_gauss (GRand *random)
{
  double u = 1 - g_rand_double (random);

  return sqrt (-2 * log (u)) * cos (2 * G_PI * g_rand_double (random));
}

static double
between (Series *series, double low, double high)
{
  return g_rand_double_range (series->random, low, high);
}

static void
begin_flat (Series *series)
{
}

static double
get_flat (Series *series, int minute)
{
  return series->base;
}

/* Garbage piles up and is collected. */
static void
begin_saw (Series *series)
{
  series->a = between (series, 3, 45);
  series->b = between (series, 0.1, 0.8);
}

static double
get_saw (Series *series, int minute)
{
  return series->base * (1 + series->b * fmod (minute, series->a) / series->a);
}

/* Collected by halves each time and wholly every few hours, as generations are. */
static void
begin_generations (Series *series)
{
  series->a = between (series, 60, 170);
  series->b = between (series, 0.1, 0.6);
}

static double
get_generations (Series *series, int minute)
{
  return series->base
         * (1 + series->b * fmod (minute, series->a) / series->a + 0.1 * (minute % 7) / 7.0);
}

/* Somebody opens and closes documents. */
static void
begin_documents (Series *series)
{
  series->next = between (series, 1, 60);
}

static double
get_documents (Series *series, int minute)
{
  if (minute >= series->next)
    {
      double open = series->level;

      series->next = minute - 40 * log (1 - g_rand_double (series->random));
      if (open > 0 && g_rand_double (series->random) < 0.35 + 0.15 * open / 60)
        series->level = MAX (open - between (series, 10, 60), 0);
      else
        series->level += between (series, 10, 60);
    }

  return series->base + series->level;
}

static void
begin_warm_up (Series *series)
{
  series->a = between (series, 50, 300);
  series->b = between (series, 10, 75);
}

static double
get_warm_up (Series *series, int minute)
{
  return series->base + series->a * (1 - exp (-minute / series->b));
}

/* Work begins in the morning and ends in the evening. */
static void
begin_day (Series *series)
{
  series->a = between (series, 0.1, 0.8);
  series->b = between (series, 30, 150);
  series->c = between (series, 6 * 60, 9 * 60);
  series->level = 0;
}

static double
get_day (Series *series, int minute)
{
  double at_work = CLAMP ((minute - series->c) / series->b, 0, 1)
                   - CLAMP ((minute - series->c - 9 * 60) / series->b, 0, 1);
  double keep = exp (-1 / 60.0);

  series->level = series->level * keep + 0.04 * sqrt (1 - keep * keep) * get_gauss (series->random);

  return series->base * (1 + at_work * (series->a + series->level));
}

/* Up for half a day and down for the other: half a day of steady growth is just what is looked
 * for. */
static void
begin_tide (Series *series)
{
  series->a = between (series, 0.1, 0.4);
  series->b = between (series, 0, 2 * G_PI);
}

static double
get_tide (Series *series, int minute)
{
  return series->base * (1 + series->a * sin (series->b + 2 * G_PI * minute / MINUTES));
}

/* It wanders, and comes back. */
static void
begin_wander (Series *series)
{
  series->a = between (series, 30, 180);
  series->b = between (series, 0.03, 0.15);
  series->level = 0;
}

static double
get_wander (Series *series, int minute)
{
  double keep = exp (-1 / series->a);

  series->level
      = series->level * keep + series->b * sqrt (1 - keep * keep) * get_gauss (series->random);

  return series->base * (1 + series->level);
}

static void
begin_step (Series *series)
{
  series->a = between (series, 60, MINUTES);
  series->b = between (series, 30, 400);
}

static double
get_step (Series *series, int minute)
{
  return series->base + (minute >= series->a ? series->b : 0);
}

/* For an hour or two something is worked on that grows. */
static void
begin_session (Series *series)
{
  series->a = between (series, 60, MINUTES - 200);
  series->b = between (series, 30, 120);
  series->c = between (series, 30, 300);
}

static double
get_session (Series *series, int minute)
{
  double done = CLAMP ((minute - series->a) / series->b, 0, 1);

  return series->base + series->c * done;
}

/* A cache that fills ever more slowly. */
static void
begin_cache (Series *series)
{
  series->a = between (series, 10, 25);
  series->b = between (series, 5, 30);
}

static double
get_cache (Series *series, int minute)
{
  return series->base + series->a * log (1 + minute / series->b);
}

static void
begin_fast (Series *series)
{
  series->a = between (series, 60, 600);
}

static double
get_leak (Series *series, int minute)
{
  return series->base + series->a * minute / 60.0;
}

static void
begin_medium (Series *series)
{
  series->a = between (series, 20, 60);
}

static void
begin_slow (Series *series)
{
  series->a = between (series, 6, 20);
}

/* With a saw of garbage above it. */
static void
begin_leaky_saw (Series *series)
{
  begin_saw (series);
  series->c = between (series, 20, 100);
}

static double
get_leaky_saw (Series *series, int minute)
{
  return get_saw (series, minute) + series->c * minute / 60;
}

/* Something that is loaded again every so often, and not let go. */
static void
begin_stairs (Series *series)
{
  series->a = between (series, 10, 40);
  series->b = between (series, 8, 40);
}

static double
get_stairs (Series *series, int minute)
{
  return series->base + series->b * floor (minute / series->a);
}

/* In the night nothing happens. */
static void
begin_begun_late (Series *series)
{
  series->a = between (series, 60, 10 * 60);
  series->b = between (series, 30, 200);
}

static double
get_begun_late (Series *series, int minute)
{
  return series->base + (minute > series->a ? series->b * (minute - series->a) / 60 : 0);
}

static const Kind kinds[] = {
  { "flat", begin_flat, get_flat, 0 },
  { "saw", begin_saw, get_saw, 0 },
  { "generations", begin_generations, get_generations, 0.01 },
  { "documents", begin_documents, get_documents, 0.02 },
  { "warm-up", begin_warm_up, get_warm_up, 0.01 },
  { "day", begin_day, get_day, 0.02 },
  { "wander", begin_wander, get_wander, 0.02 },
  { "step", begin_step, get_step, 0 },
  { "session", begin_session, get_session, 0 },
  { "cache", begin_cache, get_cache, 0 },
  { "tide", begin_tide, get_tide, 1 },
};

static const Leak leaks[] = {
  { "fast leak", begin_fast, get_leak, 1, 5 },
  { "medium leak", begin_medium, get_leak, 0.98, 10 },
  { "slow leak", begin_slow, get_leak, 0.9, 24 },
  { "leak below garbage", begin_leaky_saw, get_leaky_saw, 0.95, 24 },
  { "stairs", begin_stairs, get_stairs, 0.95, 8 },
  { "leak that begins late", begin_begun_late, get_begun_late, 0.95, 20 },
};

static void
series_init (Series *series, guint32 seed, void (*begin) (Series *series))
{
  *series = (Series){ .random = g_rand_new_with_seed (seed) };
  series->base = between (series, 80, 600);
  series->noise = between (series, 0.001, 0.02);
  begin (series);
}

/* Minutes until it is told of, or -1. */
static int
find (guint32 seed, void (*begin) (Series *series), double (*get) (Series *series, int minute))
{
  g_autoptr (BhLeakWatch) watch = bh_leak_watch_new (START);
  int found = -1;
  Series series;

  series_init (&series, seed, begin);
  for (int minute = 0; minute < MINUTES && found < 0; minute++)
    {
      double memory
          = get (&series, minute) + series.base * series.noise * fabs (get_gauss (series.random));

      bh_leak_watch_add (watch, START + minute * MINUTE, (guint64) (memory * MIB));
      if (bh_leak_watch_is_growing (watch))
        found = minute;
    }
  g_rand_free (series.random);

  return found;
}

static void
test_false_alarms (void)
{
  guint all = 0;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      guint count = 0;

      for (guint32 seed = 1; seed <= SEEDS; seed++)
        count += find (seed, kinds[i].begin, kinds[i].get) >= 0;
      g_test_message ("%-12s %3u of %u days told of", kinds[i].name, count, SEEDS);
      if (count > kinds[i].most * SEEDS)
        g_test_fail ();
      all += count;
    }
  g_test_message ("%u of %u days without a leak told of", all,
                  (guint) G_N_ELEMENTS (kinds) * SEEDS);
}

static int
compare_ints (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

static void
test_leaks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (leaks); i++)
    {
      int times[SEEDS];
      guint count = 0;
      guint in_time = 0;

      for (guint32 seed = 1; seed <= SEEDS; seed++)
        {
          int found = find (seed, leaks[i].begin, leaks[i].get);

          if (found < 0)
            continue;
          times[count++] = found;
          in_time += found <= leaks[i].within * 60;
        }
      qsort (times, count, sizeof *times, compare_ints);
      g_test_message ("%-22s %3u of %u told of, %u within %d h, half of them within %.1f h",
                      leaks[i].name, count, SEEDS, in_time, leaks[i].within,
                      count > 0 ? times[count / 2] / 60.0 : -1);
      if (in_time < leaks[i].least * SEEDS)
        g_test_fail ();
    }
}

/* Of real apps in real WebKit: how they were recorded is in data/leak-watch/record.py. */
static const struct
{
  const char *name;
  gboolean leaks;
} recorded[] = {
  { "notes", FALSE }, { "garbage", FALSE },   { "feed", FALSE },     { "reload", FALSE },
  { "cache", FALSE }, { "laboratory", TRUE }, { "feed-leak", TRUE },
};

static void
test_recorded (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *name = g_strconcat (recorded[i].name, ".txt", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "leak-watch", name, NULL);
      g_autoptr (BhLeakWatch) watch = bh_leak_watch_new (START);
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;
      g_autoptr (GError) error = NULL;
      int found = -1;
      int minute = 0;

      g_file_get_contents (path, &text, NULL, &error);
      g_assert_no_error (error);
      lines = g_strsplit (text, "\n", -1);
      for (; *lines[minute] != '\0'; minute++)
        {
          guint64 memory = g_ascii_strtoull (lines[minute], NULL, 10) * 1024;

          bh_leak_watch_add (watch, START + minute * MINUTE, memory);
          if (found < 0 && bh_leak_watch_is_growing (watch))
            found = minute;
        }
      g_assert_cmpint (minute, ==, 600);
      if (found >= 0)
        g_test_message ("%-10s told of after %.1f h, at the end %.0f MiB an hour", recorded[i].name,
                        found / 60.0, (double) bh_leak_watch_get_growth (watch) / MIB);
      else
        g_test_message ("%-10s not told of", recorded[i].name);
      if (recorded[i].leaks != (found >= 0)
          || recorded[i].leaks != bh_leak_watch_is_growing (watch))
        g_test_fail ();
    }
}

static guint64
at (double mib)
{
  return (guint64) (mib * MIB);
}

/* So many MiB an hour, until it is told of; returns the minute. */
static int
grow (BhLeakWatch *watch, double begin, double speed, int from)
{
  for (int i = 0; i < MINUTES; i++)
    if (bh_leak_watch_add (watch, START + (from + i) * MINUTE, at (begin + speed * i / 60)))
      return from + i;
  g_assert_not_reached ();
}

static void
test_figure (void)
{
  g_autoptr (BhLeakWatch) watch = bh_leak_watch_new (START);
  int minute;

  g_assert_cmpuint (bh_leak_watch_get_growth (watch), ==, 0);
  minute = grow (watch, 100, 60, 0);
  g_assert_cmpint (minute, >, 4 * 60);
  g_assert_cmpint (minute, <, 5 * 60);
  g_assert_true (bh_leak_watch_is_growing (watch));
  g_assert_cmpfloat (fabs ((double) bh_leak_watch_get_growth (watch) / MIB - 60), <, 1);
}

/* It has stopped: a few hours later nobody speaks of it any more. */
static void
test_stops (void)
{
  g_autoptr (BhLeakWatch) watch = bh_leak_watch_new (START);
  int minute = grow (watch, 100, 60, 0);
  int since = minute;

  while (!bh_leak_watch_add (watch, START + ++minute * MINUTE, at (400)))
    ;
  g_assert_false (bh_leak_watch_is_growing (watch));
  g_assert_cmpuint (bh_leak_watch_get_growth (watch), ==, 0);
  g_assert_cmpint (minute - since, >, 30);
  g_assert_cmpint (minute - since, <, 3 * 60);
}

/* Its user has closed what held the memory. */
static void
test_falls (void)
{
  g_autoptr (BhLeakWatch) watch = bh_leak_watch_new (START);
  int minute = grow (watch, 100, 60, 0);
  int since = minute;

  while (!bh_leak_watch_add (watch, START + ++minute * MINUTE, at (150)))
    ;
  g_assert_false (bh_leak_watch_is_growing (watch));
  g_assert_cmpint (minute - since, <=, 30);

  /* And begins again. */
  minute = grow (watch, 150, 60, minute);
  g_assert_true (bh_leak_watch_is_growing (watch));
}

/* As long as it goes on, so does the mark. */
static void
test_goes_on (void)
{
  g_autoptr (BhLeakWatch) watch = bh_leak_watch_new (START);
  int minute = grow (watch, 100, 30, 0);

  for (int i = 0; i < 3 * MINUTES; i++)
    g_assert_false (bh_leak_watch_add (watch, START + (minute + i) * MINUTE,
                                       at (100 + 30 * (minute + i) / 60.0)));
}

/* The machine sleeps, and the clock is set back: what is not known is no growth. */
static void
test_gaps (void)
{
  g_autoptr (BhLeakWatch) watch = bh_leak_watch_new (START);
  g_autoptr (BhLeakWatch) back = bh_leak_watch_new (START);
  int minute = 0;

  for (; minute < 3 * 60; minute++)
    g_assert_false (bh_leak_watch_add (watch, START + minute * MINUTE, at (100 + minute)));
  for (minute += 8 * 60; minute < 13 * 60; minute++)
    g_assert_false (bh_leak_watch_add (watch, START + minute * MINUTE, at (300 + minute % 3)));

  for (minute = 0; minute < 4 * 60; minute++)
    g_assert_false (bh_leak_watch_add (back, START + minute * MINUTE, at (100 + minute)));
  for (minute = 31; minute < 4 * 60; minute++)
    g_assert_false (bh_leak_watch_add (back, START + minute * MINUTE, at (400 + minute)));
  /* Before it has warmed up nothing counts. */
  for (minute = 0; minute < 30; minute++)
    g_assert_false (bh_leak_watch_add (back, START + minute * MINUTE, at (100)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/leak-watch/false-alarms", test_false_alarms);
  g_test_add_func ("/leak-watch/leaks", test_leaks);
  g_test_add_func ("/leak-watch/recorded", test_recorded);
  g_test_add_func ("/leak-watch/figure", test_figure);
  g_test_add_func ("/leak-watch/stops", test_stops);
  g_test_add_func ("/leak-watch/falls", test_falls);
  g_test_add_func ("/leak-watch/goes-on", test_goes_on);
  g_test_add_func ("/leak-watch/gaps", test_gaps);

  return g_test_run ();
}
