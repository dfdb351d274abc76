/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-app-limits.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

static GVariant *
parse (const char *type, const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (G_VARIANT_TYPE (type), text, NULL, NULL, &error);

  g_assert_no_error (error);

  return value;
}

static BhAppLimits *
make (const char *limits_text, const char *from_text, const char *held_text)
{
  g_autoptr (GVariant) limits = parse ("a{sv}", limits_text);
  g_autoptr (GVariant) from = parse ("a{ss}", from_text);
  g_autoptr (GVariant) held = parse ("a{ss}", held_text);

  return bh_app_limits_new (limits, from, held, FALSE);
}

static void
test_values (void)
{
  g_autoptr (BhAppLimits) limits
      = make ("{'memory': <uint64 1048576>, 'tasks': <uint64 7>, 'disk': <uint64 1>}",
              "{'memory': 'managed', 'cpu': 'set', 'tasks': 'elsewhere'}",
              "{'memory': 'kernel', 'tasks': 'supervisor', 'cpu': 'supervisor'}");
  g_autoptr (BhAppLimits) nothing = bh_app_limits_new (NULL, NULL, NULL, FALSE);

  g_assert_cmpuint (bh_app_limits_get_value (limits, BH_LIMIT_MEMORY), ==, MIB);
  g_assert_cmpuint (bh_app_limits_get_value (limits, BH_LIMIT_CPU), ==, 0);
  g_assert_cmpint (bh_app_limits_get_origin (limits, BH_LIMIT_MEMORY), ==, BH_LIMIT_ORIGIN_MANAGED);
  g_assert_cmpint (bh_app_limits_get_origin (limits, BH_LIMIT_CPU), ==, BH_LIMIT_ORIGIN_SET);
  g_assert_cmpint (bh_app_limits_get_origin (limits, BH_LIMIT_TASKS), ==, BH_LIMIT_ORIGIN_NONE);
  g_assert_cmpint (bh_app_limits_get_holder (limits, BH_LIMIT_MEMORY), ==, BH_LIMIT_HOLDER_KERNEL);
  g_assert_cmpint (bh_app_limits_get_holder (limits, BH_LIMIT_TASKS), ==,
                   BH_LIMIT_HOLDER_SUPERVISOR);
  /* Where there is no limit there is nothing to hold. */
  g_assert_cmpint (bh_app_limits_get_holder (limits, BH_LIMIT_CPU), ==, BH_LIMIT_HOLDER_NONE);
  g_assert_true (bh_app_limits_is_set (limits));
  g_assert_false (bh_app_limits_is_set (nothing));
  g_assert_false (bh_app_limits_equal (limits, nothing));
  g_assert_true (bh_app_limits_equal (limits, limits));
}

static void
test_fraction (void)
{
  g_autoptr (BhAppLimits) held
      = make ("{'memory': <uint64 1000>}", "{}", "{'memory': 'supervisor'}");
  g_autoptr (BhAppLimits) painted = make ("{'memory': <uint64 1000>}", "{}", "{}");

  g_assert_cmpfloat (bh_app_limits_get_fraction (held, BH_LIMIT_MEMORY, 250), ==, 0.25);
  g_assert_cmpfloat (bh_app_limits_get_fraction (held, BH_LIMIT_MEMORY, 2000), ==, 1);
  /* What was not measured is not 0. */
  g_assert_cmpfloat (bh_app_limits_get_fraction (held, BH_LIMIT_MEMORY, -1), <, 0);
  g_assert_cmpfloat (bh_app_limits_get_fraction (held, BH_LIMIT_CPU, 10), <, 0);
  /* A limit that nobody holds is never shown as if it were held. */
  g_assert_cmpfloat (bh_app_limits_get_fraction (painted, BH_LIMIT_MEMORY, 250), <, 0);
}

static void
test_text (void)
{
  g_autoptr (BhAppLimits) limits
      = make ("{'tasks': <uint64 256>, 'cpu': <uint64 50>, 'memory': <uint64 1048576>}", "{}",
              "{'tasks': 'kernel', 'cpu': 'supervisor'}");
  g_autofree char *tasks = bh_app_limits_dup_text (limits, BH_LIMIT_TASKS, "31");
  g_autofree char *cpu = bh_app_limits_dup_text (limits, BH_LIMIT_CPU, "12.3 %");

  g_assert_cmpstr (tasks, ==, "31 of 256, by kernel");
  g_assert_cmpstr (cpu, ==, "12.3 % of 50 %, by supervisor");
  g_assert_null (bh_app_limits_dup_text (limits, BH_LIMIT_MEMORY, "1 MiB"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app-limits/values", test_values);
  g_test_add_func ("/app-limits/fraction", test_fraction);
  g_test_add_func ("/app-limits/text", test_text);

  return g_test_run ();
}
