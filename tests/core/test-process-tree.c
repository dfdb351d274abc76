/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-process-tree.h"

/* A process: its PID, its parent's, and its start time. */
#define P(pid_, parent_, start)                                                                    \
  {                                                                                                \
    .pid = pid_, .parent = parent_, .start_time = start                                            \
  }

/* The PIDs that are found, in their order, as text. */
static char *
descend (const BhProcStat *stats, guint n_stats, const BhProcessKey *roots, guint n_roots)
{
  g_autoptr (GArray) indices = bh_process_tree_descend (stats, n_stats, roots, n_roots);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < indices->len; i++)
    {
      guint index = g_array_index (indices, guint, i);

      g_assert_cmpuint (index, <, n_stats);
      g_string_append_printf (text, "%s%d", i > 0 ? " " : "", (int) stats[index].pid);
    }

  return g_string_free (text, FALSE);
}

#define assert_found(stats, roots, wanted)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *found_ = descend (stats, G_N_ELEMENTS (stats), roots, G_N_ELEMENTS (roots));  \
                                                                                                   \
    g_assert_cmpstr (found_, ==, wanted);                                                          \
  }                                                                                                \
  G_STMT_END

static void
test_descend (void)
{
  /* Children may be listed before their parents: PIDs wrap around. */
  const BhProcStat stats[] = {
    P (5, 300, 9), P (1, 0, 1), P (100, 1, 2), P (200, 100, 3), P (300, 200, 4), P (400, 1, 5),
  };
  const BhProcessKey runner[] = { { 100, 2 } };
  const BhProcessKey leaf[] = { { 5, 9 } };
  const BhProcessKey all[] = { { 1, 1 } };
  const BhProcessKey both[] = { { 300, 4 }, { 100, 2 }, { 100, 2 } };

  assert_found (stats, runner, "100 200 300 5");
  assert_found (stats, leaf, "5");
  assert_found (stats, all, "1 100 400 200 300 5");
  /* A root below another, and one named twice, are found once. */
  assert_found (stats, both, "100 300 200 5");
}

static void
test_nothing (void)
{
  const BhProcStat stats[] = { P (1, 0, 1) };
  const BhProcessKey roots[] = { { 1, 1 } };
  g_autofree char *no_stats = descend (NULL, 0, roots, 1);
  g_autofree char *no_roots = descend (stats, 1, NULL, 0);

  g_assert_cmpstr (no_stats, ==, "");
  g_assert_cmpstr (no_roots, ==, "");
}

static void
test_missing_roots (void)
{
  const BhProcStat stats[] = { P (1, 0, 1), P (200, 100, 3), P (300, 1, 4) };
  const BhProcessKey roots[] = { { 100, 2 }, { 300, 4 }, { 9999, 1 } };

  /* A root that is gone passes nothing on, though somebody still names its PID as a parent. */
  assert_found (stats, roots, "300");
}

static void
test_reused_pid (void)
{
  /* 100 is another process now, with children of its own. */
  const BhProcStat stats[] = { P (1, 0, 1), P (100, 1, 50), P (101, 100, 51), P (7, 1, 3) };
  const BhProcessKey roots[] = { { 100, 2 }, { 7, 3 } };

  assert_found (stats, roots, "7");
}

/* An orphan is a child of the process that takes orphans in, and is found by its own key alone. */
static void
test_orphan (void)
{
  const BhProcStat stats[] = { P (1, 0, 1), P (100, 1, 2), P (300, 1, 4), P (301, 300, 5) };
  const BhProcessKey runner[] = { { 100, 2 } };
  const BhProcessKey known[] = { { 100, 2 }, { 300, 4 } };

  assert_found (stats, runner, "100");
  assert_found (stats, known, "100 300 301");
}

static void
test_cycles (void)
{
  /* The list is not read at one moment, so that it can show what never was. */
  const BhProcStat stats[] = { P (10, 30, 1), P (20, 10, 2), P (30, 20, 3), P (40, 40, 4) };
  const BhProcessKey ring[] = { { 20, 2 } };
  const BhProcessKey self[] = { { 40, 4 } };

  assert_found (stats, ring, "20 30 10");
  assert_found (stats, self, "40");
}

static void
test_twice (void)
{
  /* One PID twice in the list: an old and a new process. */
  const BhProcStat stats[] = { P (10, 1, 1), P (10, 1, 9), P (20, 10, 3) };
  const BhProcessKey roots[] = { { 10, 9 } };

  assert_found (stats, roots, "10 20");
}

static void
test_many (void)
{
  const guint n = 20000;
  g_autofree BhProcStat *stats = g_new0 (BhProcStat, n);
  const BhProcessKey roots[] = { { 1, 1 } };
  g_autoptr (GArray) found = NULL;

  for (guint i = 0; i < n; i++)
    stats[i] = (BhProcStat) P ((int) (n - i), (int) (n - i) - 1, n - i);
  found = bh_process_tree_descend (stats, n, roots, 1);
  g_assert_cmpuint (found->len, ==, n);
  g_assert_cmpuint (g_array_index (found, guint, n - 1), ==, 0);
}

static void
test_roles (void)
{
  const BhProcessKey runner = { 10, 5 };
  const struct
  {
    BhProcStat stat;
    BhRole role;
    const char *name;
  } cases[] = {
    { { .pid = 10, .start_time = 5, .name = "bulkhead-runner" }, BH_ROLE_RUNNER, "runner" },
    /* Whatever it calls itself. */
    { { .pid = 10, .start_time = 5, .name = "WebKitWebProces" }, BH_ROLE_RUNNER, "runner" },
    { { .pid = 10, .start_time = 6, .name = "bulkhead-runner" }, BH_ROLE_HELPER, "helper" },
    { { .pid = 11, .start_time = 5, .name = "WebKitWebProces" }, BH_ROLE_WEB, "web" },
    { { .pid = 11, .start_time = 5, .name = "WebKitNetworkPr" }, BH_ROLE_NETWORK, "network" },
    { { .pid = 11, .start_time = 5, .name = "WebKitGPUProces" }, BH_ROLE_HELPER, "helper" },
    { { .pid = 11, .start_time = 5, .name = "bwrap" }, BH_ROLE_HELPER, "helper" },
    { { .pid = 11, .start_time = 5, .name = "" }, BH_ROLE_HELPER, "helper" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (bh_role_of (&cases[i].stat, &runner), ==, cases[i].role);
      g_assert_cmpstr (bh_role_to_string (cases[i].role), ==, cases[i].name);
    }
  g_assert_cmpint (bh_role_of (&cases[0].stat, NULL), ==, BH_ROLE_HELPER);
}

static int
find_enclosed (const BhProcStat *stats, guint n_stats, const BhProcessKey *root)
{
  guint index = 0;

  return bh_process_tree_find_enclosed (stats, n_stats, root, &index) ? stats[index].pid : 0;
}

/* The proxy beside has no children; what the app starts later, or leaves to the namespace's first
 * process, is younger than the runner. */
static void
test_enclosed (void)
{
  const BhProcStat stats[] = { P (90, 13, 70), P (10, 1, 50),  P (11, 10, 51), P (13, 10, 52),
                               P (14, 13, 52), P (20, 14, 53), P (15, 13, 52), P (99, 1, 1) };
  const BhProcStat begun[] = { P (10, 1, 50), P (11, 10, 51), P (13, 10, 52) };
  /* The PID of the namespace's first process belonged to another one before. */
  const BhProcStat reused[] = { P (10, 1, 50), P (13, 10, 40), P (14, 13, 60) };
  const BhProcessKey root = { .pid = 10, .start_time = 50 };

  g_assert_cmpint (find_enclosed (stats, G_N_ELEMENTS (stats), &root), ==, 14);
  g_assert_cmpint (find_enclosed (begun, G_N_ELEMENTS (begun), &root), ==, 0);
  g_assert_cmpint (find_enclosed (reused, G_N_ELEMENTS (reused), &root), ==, 0);
  g_assert_cmpint (find_enclosed (NULL, 0, &root), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/process-tree/descend", test_descend);
  g_test_add_func ("/process-tree/nothing", test_nothing);
  g_test_add_func ("/process-tree/missing-roots", test_missing_roots);
  g_test_add_func ("/process-tree/reused-pid", test_reused_pid);
  g_test_add_func ("/process-tree/orphan", test_orphan);
  g_test_add_func ("/process-tree/cycles", test_cycles);
  g_test_add_func ("/process-tree/twice", test_twice);
  g_test_add_func ("/process-tree/many", test_many);
  g_test_add_func ("/process-tree/roles", test_roles);
  g_test_add_func ("/process-tree/enclosed", test_enclosed);

  return g_test_run ();
}
