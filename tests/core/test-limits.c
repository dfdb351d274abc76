/* SPDX-License-Identifier: GPL-3.0-or-later */
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
  g_test_add_func ("/limits/boxed", test_boxed);

  return g_test_run ();
}
