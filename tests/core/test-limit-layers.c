/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-limit-layers.h"

#include <string.h>

/* Limits with those of one layer each; the layers own them. */
typedef struct
{
  BhLimitLayers layers;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->layers = (BhLimitLayers){
    .defaults = bh_limits_new (0, 0, 0, 0, 0),
    .shipped = bh_limits_new (0, 0, 0, 0, 0),
    .set = bh_limits_new (0, 0, 0, 0, 0),
  };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  bh_limits_unref (fixture->layers.defaults);
  bh_limits_unref (fixture->layers.shipped);
  bh_limits_unref (fixture->layers.set);
}

static void
put (BhLimits **place, guint64 memory, guint64 high, guint cpu, gint64 cpu_time, guint tasks)
{
  bh_limits_unref (*place);
  *place = bh_limits_new (memory, high, cpu, cpu_time, tasks);
}

#define HIGH BH_LIMIT_MEMORY_HIGH

static guint64
get (Fixture *fixture, BhLimitKinds kind)
{
  g_autoptr (BhLimits) limits = bh_limit_layers_resolve (&fixture->layers);

  return bh_limits_get (limits, kind);
}

static void
assert_limit (Fixture *fixture, BhLimitKinds kind, guint64 value, BhLimitOrigin origin)
{
  g_assert_cmpuint (get (fixture, kind), ==, value);
  g_assert_cmpstr (bh_limit_origin_to_string (bh_limit_layers_get_origin (&fixture->layers, kind)),
                   ==, bh_limit_origin_to_string (origin));
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  BhLimitLayers *layers = &fixture->layers;

  put (&layers->defaults, 1000, 0, 80, 0, 0);
  assert_limit (fixture, BH_LIMIT_MEMORY, 1000, BH_LIMIT_ORIGIN_DEFAULT);
  assert_limit (fixture, HIGH, 900, BH_LIMIT_ORIGIN_DEFAULT);
  assert_limit (fixture, BH_LIMIT_CPU, 80, BH_LIMIT_ORIGIN_DEFAULT);
  assert_limit (fixture, BH_LIMIT_TASKS, 0, BH_LIMIT_ORIGIN_NONE);

  /* The manifest may ask for more than the default. */
  put (&layers->shipped, 2000, 0, 0, 60, 0);
  assert_limit (fixture, BH_LIMIT_MEMORY, 2000, BH_LIMIT_ORIGIN_MANIFEST);
  assert_limit (fixture, HIGH, 1800, BH_LIMIT_ORIGIN_MANIFEST);
  assert_limit (fixture, BH_LIMIT_CPU, 80, BH_LIMIT_ORIGIN_DEFAULT);
  assert_limit (fixture, BH_LIMIT_CPU_TIME, 60, BH_LIMIT_ORIGIN_MANIFEST);

  /* And the user for more than both, or for none. */
  put (&layers->set, 3000, 0, 0, 0, 7);
  layers->set_kinds = BH_LIMIT_MEMORY | BH_LIMIT_CPU | BH_LIMIT_TASKS;
  assert_limit (fixture, BH_LIMIT_MEMORY, 3000, BH_LIMIT_ORIGIN_SET);
  assert_limit (fixture, HIGH, 2700, BH_LIMIT_ORIGIN_SET);
  assert_limit (fixture, BH_LIMIT_CPU, 0, BH_LIMIT_ORIGIN_SET);
  assert_limit (fixture, BH_LIMIT_CPU_TIME, 60, BH_LIMIT_ORIGIN_MANIFEST);
  assert_limit (fixture, BH_LIMIT_TASKS, 7, BH_LIMIT_ORIGIN_SET);
  g_assert_true (bh_limit_layers_check (layers, 0, NULL));
}

static void
test_soft_follows_hard (Fixture *fixture, gconstpointer data)
{
  BhLimitLayers *layers = &fixture->layers;

  /* The manifest's soft limit does not fit the default's hard one. */
  put (&layers->defaults, 1000, 0, 0, 0, 0);
  put (&layers->shipped, 0, 5000, 0, 0, 0);
  assert_limit (fixture, BH_LIMIT_MEMORY, 1000, BH_LIMIT_ORIGIN_DEFAULT);
  assert_limit (fixture, HIGH, 900, BH_LIMIT_ORIGIN_DEFAULT);

  put (&layers->shipped, 4000, 3000, 0, 0, 0);
  put (&layers->set, 0, 2000, 0, 0, 0);
  layers->set_kinds = HIGH;
  assert_limit (fixture, BH_LIMIT_MEMORY, 4000, BH_LIMIT_ORIGIN_MANIFEST);
  assert_limit (fixture, HIGH, 2000, BH_LIMIT_ORIGIN_SET);
}

static void
assert_refused (Fixture *fixture, guint64 high, const char *in_message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bh_limit_layers_check (&fixture->layers, high, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, in_message));
}

static void
test_managed (Fixture *fixture, gconstpointer data)
{
  BhLimitLayers *layers = &fixture->layers;

  layers->managed = TRUE;
  put (&layers->defaults, 500, 0, 0, 0, 9);
  put (&layers->shipped, 1000, 0, 50, 0, 0);
  assert_limit (fixture, BH_LIMIT_MEMORY, 1000, BH_LIMIT_ORIGIN_MANAGED);
  assert_limit (fixture, BH_LIMIT_CPU, 50, BH_LIMIT_ORIGIN_MANAGED);
  assert_limit (fixture, BH_LIMIT_TASKS, 9, BH_LIMIT_ORIGIN_DEFAULT);
  g_assert_true (bh_limit_layers_check (layers, 0, NULL));

  /* Lowered. */
  put (&layers->set, 800, 0, 0, 0, 0);
  layers->set_kinds = BH_LIMIT_MEMORY;
  assert_limit (fixture, BH_LIMIT_MEMORY, 800, BH_LIMIT_ORIGIN_SET);
  assert_limit (fixture, HIGH, 720, BH_LIMIT_ORIGIN_SET);
  g_assert_true (bh_limit_layers_check (layers, 0, NULL));

  /* Raised, as what was kept may be when the administrator has lowered it since. */
  put (&layers->set, 2000, 0, 0, 0, 0);
  assert_limit (fixture, BH_LIMIT_MEMORY, 1000, BH_LIMIT_ORIGIN_MANAGED);
  assert_limit (fixture, HIGH, 900, BH_LIMIT_ORIGIN_MANAGED);
  assert_refused (fixture, 0, "“memory” of this app to ");

  /* Removed. */
  put (&layers->set, 0, 0, 0, 0, 0);
  layers->set_kinds = BH_LIMIT_CPU;
  assert_limit (fixture, BH_LIMIT_CPU, 50, BH_LIMIT_ORIGIN_MANAGED);
  assert_refused (fixture, 0, "“cpu” of this app to 50 %");

  /* What the administrator has not limited is the user's. */
  layers->set_kinds = BH_LIMIT_TASKS;
  assert_limit (fixture, BH_LIMIT_TASKS, 0, BH_LIMIT_ORIGIN_SET);
  g_assert_true (bh_limit_layers_check (layers, 0, NULL));
}

static void
test_soft_over_hard (Fixture *fixture, gconstpointer data)
{
  BhLimitLayers *layers = &fixture->layers;

  put (&layers->shipped, 1000, 0, 0, 0, 0);
  put (&layers->set, 0, 1001, 0, 0, 0);
  layers->set_kinds = HIGH;
  assert_refused (fixture, 1001, "“memory-high” can't be higher than “memory”");
  assert_limit (fixture, HIGH, 900, BH_LIMIT_ORIGIN_MANIFEST);
  put (&layers->set, 0, 1000, 0, 0, 0);
  g_assert_true (bh_limit_layers_check (layers, 1000, NULL));
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  BhLimitOrigin origin = BH_LIMIT_ORIGIN_NONE;
  g_autoptr (GVariant) dict = NULL;
  g_autofree char *text = NULL;

  g_assert_true (bh_limit_origin_from_string ("managed", &origin));
  g_assert_cmpint (origin, ==, BH_LIMIT_ORIGIN_MANAGED);
  g_assert_false (bh_limit_origin_from_string ("elsewhere", &origin));

  put (&fixture->layers.shipped, 0, 0, 50, 0, 0);
  fixture->layers.set_kinds = BH_LIMIT_TASKS;
  dict = g_variant_ref_sink (bh_limit_layers_to_dict (&fixture->layers));
  text = g_variant_print (dict, FALSE);
  g_assert_cmpstr (text, ==, "{'cpu': 'manifest', 'tasks': 'set'}");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/limit-layers/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("order", test_order);
  ADD ("soft-follows-hard", test_soft_follows_hard);
  ADD ("managed", test_managed);
  ADD ("soft-over-hard", test_soft_over_hard);
  ADD ("names", test_names);

  return g_test_run ();
}
