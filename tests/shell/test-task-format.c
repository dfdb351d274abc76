/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-task-format.h"

#include <locale.h>

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_unmeasured (void)
{
  /* A dash, never a zero. */
  assert_text (bh_task_format_pid (0), "–");
  assert_text (bh_task_format_memory (-1), "–");
  assert_text (bh_task_format_cpu (-1), "–");
  assert_text (bh_task_format_uptime (-1), "–");
  assert_text (bh_task_format_uptime (G_MAXINT64), "–");
}

static void
test_measured (void)
{
  assert_text (bh_task_format_pid (4294967295), "4294967295");
  assert_text (bh_task_format_memory (0), "0 bytes");
  assert_text (bh_task_format_memory (512 * 1024 * 1024), "512.0\u00a0MiB");
  assert_text (bh_task_format_cpu (0), "0.0 %");
  assert_text (bh_task_format_cpu (12.54), "12.5 %");
  assert_text (bh_task_format_cpu (200), "200.0 %");
  assert_text (bh_task_format_uptime (0), "0 s");
  assert_text (bh_task_format_uptime (59), "59 s");
}

static void
test_memory_kinds (void)
{
  static const char *const kinds[] = { "cgroup", "pss", "resident" };

  g_assert_cmpstr (bh_task_format_memory_kind (NULL), ==, "Not measured");
  g_assert_cmpstr (bh_task_format_memory_kind ("unheard-of"), ==, "Not measured");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_assert_cmpstr (bh_task_format_memory_kind (kinds[i]), !=, "Not measured");
      for (guint j = 0; j < i; j++)
        g_assert_cmpstr (bh_task_format_memory_kind (kinds[i]), !=,
                         bh_task_format_memory_kind (kinds[j]));
    }
}

static void
test_roles (void)
{
  g_assert_cmpstr (bh_task_format_role ("runner"), ==, "Runner");
  g_assert_cmpstr (bh_task_format_role ("web"), ==, "Web page");
  g_assert_cmpstr (bh_task_format_role ("network"), ==, "Network");
  g_assert_cmpstr (bh_task_format_role ("helper"), ==, "Helper");
  /* Of a newer supervisor. */
  g_assert_cmpstr (bh_task_format_role ("gpu"), ==, "Helper");
}

static void
test_total (void)
{
  assert_text (bh_task_format_total (1, 1, 1024, 0.5),
               "1 app · 1 process · 1.0\u00a0KiB · 0.5 % CPU");
  assert_text (bh_task_format_total (3, 12, 1024 * 1024, -1),
               "3 apps · 12 processes · 1.0\u00a0MiB · – CPU");
  assert_text (bh_task_format_total (3, 0, -1, -1), "3 apps");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/task-format/unmeasured", test_unmeasured);
  g_test_add_func ("/task-format/measured", test_measured);
  g_test_add_func ("/task-format/memory-kinds", test_memory_kinds);
  g_test_add_func ("/task-format/roles", test_roles);
  g_test_add_func ("/task-format/total", test_total);

  return g_test_run ();
}
