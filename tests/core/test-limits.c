/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-limits.h"

static void
test_values (void)
{
  g_autoptr (BhLimits) limits = bh_limits_new (1000, 700, 150, 42, 7);

  g_assert_cmpuint (bh_limits_get_memory (limits), ==, 1000);
  g_assert_cmpuint (bh_limits_get_memory_high (limits), ==, 700);
  g_assert_cmpuint (bh_limits_get_cpu (limits), ==, 150);
  g_assert_cmpint (bh_limits_get_cpu_time (limits), ==, 42);
  g_assert_cmpuint (bh_limits_get_tasks (limits), ==, 7);
}

static void
test_memory_high (void)
{
  g_autoptr (BhLimits) none = bh_limits_new (0, 0, 0, 0, 0);
  g_autoptr (BhLimits) some = bh_limits_new (1000, 0, 0, 0, 0);
  g_autoptr (BhLimits) little = bh_limits_new (55, 0, 0, 0, 0);
  g_autoptr (BhLimits) most = bh_limits_new (G_MAXUINT64, 0, 0, 0, 0);
  g_autoptr (BhLimits) only = bh_limits_new (0, 800, 0, 0, 0);

  g_assert_cmpuint (bh_limits_get_memory_high (none), ==, 0);
  g_assert_cmpuint (bh_limits_get_memory_high (some), ==, 900);
  g_assert_cmpuint (bh_limits_get_memory_high (little), ==, 49);
  g_assert_cmpuint (bh_limits_get_memory_high (most), >, G_MAXUINT64 / 10 * 8);
  g_assert_cmpuint (bh_limits_get_memory_high (most), <, G_MAXUINT64);
  g_assert_cmpuint (bh_limits_get_memory_high (only), ==, 800);
}

static void
test_equal (void)
{
  g_autoptr (BhLimits) limits = bh_limits_new (10, 9, 8, 7, 6);
  g_autoptr (BhLimits) again = bh_limits_ref (limits);
  g_autoptr (BhLimits) same = bh_limits_new (10, 0, 8, 7, 6);
  g_autoptr (BhLimits) memory = bh_limits_new (11, 9, 8, 7, 6);
  g_autoptr (BhLimits) memory_high = bh_limits_new (10, 8, 8, 7, 6);
  g_autoptr (BhLimits) cpu = bh_limits_new (10, 9, 9, 7, 6);
  g_autoptr (BhLimits) cpu_time = bh_limits_new (10, 9, 8, 8, 6);
  g_autoptr (BhLimits) tasks = bh_limits_new (10, 9, 8, 7, 7);

  g_assert_true (again == limits);
  g_assert_true (bh_limits_equal (limits, same));
  g_assert_false (bh_limits_equal (limits, memory));
  g_assert_false (bh_limits_equal (limits, memory_high));
  g_assert_false (bh_limits_equal (limits, cpu));
  g_assert_false (bh_limits_equal (limits, cpu_time));
  g_assert_false (bh_limits_equal (limits, tasks));
}

static void
test_kinds (void)
{
  g_autoptr (BhLimits) none = bh_limits_new (0, 0, 0, 0, 0);
  g_autoptr (BhLimits) memory = bh_limits_new (10, 0, 0, 0, 0);
  g_autoptr (BhLimits) rest = bh_limits_new (0, 0, 1, 1, 1);

  g_assert_cmpuint (bh_limits_get_kinds (none), ==, 0);
  g_assert_cmpuint (bh_limits_get_kinds (memory), ==, BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH);
  g_assert_cmpuint (bh_limits_get_kinds (rest), ==,
                    BH_LIMIT_CPU | BH_LIMIT_CPU_TIME | BH_LIMIT_TASKS);
}

static void
assert_limits (BhLimits *limits,
               guint64 memory,
               guint64 memory_high,
               guint cpu,
               gint64 cpu_time,
               guint tasks)
{
  g_autoptr (BhLimits) owned = limits;
  g_autoptr (BhLimits) wanted = bh_limits_new (memory, memory_high, cpu, cpu_time, tasks);

  g_assert_true (bh_limits_equal (owned, wanted));
}

static void
test_override (void)
{
  g_autoptr (BhLimits) own = bh_limits_new (1000, 800, 50, 60, 70);
  g_autoptr (BhLimits) by = bh_limits_new (500, 400, 5, 6, 0);

  assert_limits (bh_limits_override (own, by, 0), 1000, 800, 50, 60, 70);
  /* The soft limit follows the hard one. */
  assert_limits (bh_limits_override (own, by, BH_LIMIT_MEMORY), 500, 450, 50, 60, 70);
  assert_limits (bh_limits_override (own, by, BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH), 500, 400, 50,
                 60, 70);
  assert_limits (bh_limits_override (own, by, BH_LIMIT_MEMORY_HIGH), 1000, 400, 50, 60, 70);
  assert_limits (bh_limits_override (by, own, BH_LIMIT_MEMORY_HIGH), 500, 450, 5, 6, 0);
  assert_limits (bh_limits_override (own, by, BH_LIMIT_CPU | BH_LIMIT_CPU_TIME | BH_LIMIT_TASKS),
                 1000, 800, 5, 6, 0);
}

static void
test_tighten (void)
{
  g_autoptr (BhLimits) own = bh_limits_new (1000, 800, 0, 60, 70);
  g_autoptr (BhLimits) cap = bh_limits_new (500, 0, 50, 600, 0);
  g_autoptr (BhLimits) soft = bh_limits_new (0, 900, 0, 0, 0);
  g_autoptr (BhLimits) none = bh_limits_new (0, 0, 0, 0, 0);

  assert_limits (bh_limits_tighten (own, cap), 500, 450, 50, 60, 70);
  assert_limits (bh_limits_tighten (own, none), 1000, 800, 0, 60, 70);
  assert_limits (bh_limits_tighten (none, own), 1000, 800, 0, 60, 70);
  assert_limits (bh_limits_tighten (soft, cap), 500, 450, 50, 600, 0);
}

static void
test_dict (void)
{
  g_autoptr (BhLimits) limits = bh_limits_new (1000, 800, 50, 60, 70);
  BhLimitKinds all = bh_limits_get_kinds (limits);
  g_autoptr (GVariant) dict = g_variant_ref_sink (bh_limits_to_dict (limits, all));
  g_autoptr (GVariant) some
      = g_variant_ref_sink (g_variant_new_parsed ("{'cpu': <uint64 25>, 'tasks': <uint64 0>}"));
  g_autoptr (GError) error = NULL;
  BhLimitKinds kinds;

  assert_limits (bh_limits_from_dict (dict, &kinds, &error), 1000, 800, 50, 60, 70);
  g_assert_no_error (error);
  g_assert_cmpuint (kinds, ==, all);
  assert_limits (bh_limits_from_dict (some, &kinds, &error), 0, 0, 25, 0, 0);
  g_assert_no_error (error);
  g_assert_cmpuint (kinds, ==, BH_LIMIT_CPU | BH_LIMIT_TASKS);
}

static void
test_bad_dict (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } table[] = {
    { "{'disk': <uint64 1>}", "*“disk”*" },
    { "{'memory': <'512M'>}", "*“memory”*" },
    { "{'cpu': <uint64 4294967296>}", "*“cpu”*" },
    { "{'memory': <uint64 9223372036854775808>}", "*“memory”*" },
    { "{'memory': <uint64 5>, 'memory-high': <uint64 6>}", "*“memory-high”*“memory”*" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_parsed (table[i].text));
      g_autoptr (GError) error = NULL;
      BhLimitKinds kinds;

      g_assert_null (bh_limits_from_dict (dict, &kinds, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_pattern_match_simple (table[i].message, error->message));
    }
}

static void
test_boxed (void)
{
  g_autoptr (BhLimits) limits = bh_limits_new (10, 9, 8, 7, 6);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, BH_TYPE_LIMITS);
  g_value_set_boxed (&value, limits);
  g_assert_true (g_value_get_boxed (&value) == limits);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/limits/values", test_values);
  g_test_add_func ("/limits/memory-high", test_memory_high);
  g_test_add_func ("/limits/equal", test_equal);
  g_test_add_func ("/limits/kinds", test_kinds);
  g_test_add_func ("/limits/override", test_override);
  g_test_add_func ("/limits/tighten", test_tighten);
  g_test_add_func ("/limits/dict", test_dict);
  g_test_add_func ("/limits/bad-dict", test_bad_dict);
  g_test_add_func ("/limits/boxed", test_boxed);

  return g_test_run ();
}
