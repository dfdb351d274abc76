/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-cli-history.h"

#include "bh-cli-text.h"

#include <string.h>

/*
 * `history` from points that are made up. The time zone is UTC, see meson.build.
 */

#define MINUTE    (60 * (guint64) G_USEC_PER_SEC)
#define MEBIBYTE  (1024 * 1024)
#define BEGINNING (G_GUINT64_CONSTANT (1795627800) * G_USEC_PER_SEC) /* 2026-11-25 17:30 */

/* @n minutes, with memory that grows by a MiB each, and CPU of 10, 20 and 40 %. */
static GVariant *
make_points (guint n)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (BH_CLI_HISTORY_TYPE));
  for (guint i = 0; i < n; i++)
    g_variant_builder_add (&builder, "(tutttddd)", BEGINNING + i * MINUTE, 60,
                           (guint64) (100 + i) * MEBIBYTE, (guint64) (101 + i) * MEBIBYTE,
                           (guint64) (102 + i) * MEBIBYTE, 10.0, 20.0, 40.0);

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';

  return n;
}

static void
test_table (void)
{
  g_autoptr (GVariant) points = make_points (3);
  g_autofree char *table = bh_cli_history_dup_table (points, 60, FALSE, 80);
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);

  g_test_message ("%s", table);
  g_assert_cmpuint (count_lines (table), ==, 4);
  g_assert_true (g_str_has_prefix (lines[1], "17:30   100M  101M  102M  ████"));
  g_assert_nonnull (strstr (lines[1], "10.0%  20.0%  40.0%  "));
  g_assert_true (g_str_has_prefix (lines[3], "17:32   102M  103M  104M  ████"));
  /* The mean is half of the most. */
  g_assert_true (g_str_has_suffix (lines[1], "40.0%  █████░░░░"));
  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (bh_cli_text_get_width (lines[i]), <=, 80);
}

/* Two hours are put together in lines of five minutes, unless each is wanted. */
static void
test_together (void)
{
  g_autoptr (GVariant) points = make_points (120);
  g_autofree char *table = bh_cli_history_dup_table (points, 60, FALSE, 80);
  g_autofree char *whole = bh_cli_history_dup_table (points, 60, TRUE, 120);
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);

  g_test_message ("%s", table);
  g_assert_cmpuint (count_lines (table), ==, 25);
  g_assert_true (g_str_has_prefix (lines[1], "17:30   100M  103M  106M  "));
  g_assert_true (g_str_has_prefix (lines[2], "17:35   105M  108M  111M  "));
  g_assert_cmpuint (count_lines (whole), ==, 121);
}

/* Where the app did not run there is no line, and a date where there is more than one. */
static void
test_gap (void)
{
  g_autoptr (GVariant) points = g_variant_ref_sink (
      g_variant_new_parsed ("[(%t, uint32 5, uint64 1, uint64 2, uint64 3, -1.0, -1.0, -1.0),"
                            " (%t, uint32 5, uint64 1, uint64 2, uint64 3, 1.0, 2.0, 3.0)]",
                            BEGINNING, BEGINNING + 24 * 60 * MINUTE));
  g_autofree char *table = bh_cli_history_dup_table (points, 3600, FALSE, 80);
  g_autofree char *sum = bh_cli_history_dup_sum (points, 3600);
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);

  g_test_message ("%s%s", table, sum);
  g_assert_cmpuint (count_lines (table), ==, 3);
  g_assert_true (g_str_has_prefix (lines[1], "11-25 17:30 "));
  g_assert_nonnull (strstr (lines[1], " –     –"));
  g_assert_true (g_str_has_prefix (lines[2], "11-26 17:30 "));
  g_assert_nonnull (
      strstr (sum, "2026-11-25 17:30:00 to 2026-11-26 18:30:00, of which it ran 2 h"));
  g_assert_nonnull (strstr (sum, "least 1.0%, mean 2.0%, most 3.0% of one core"));
}

static void
test_json (void)
{
  g_autoptr (GVariant) points = g_variant_ref_sink (
      g_variant_new_parsed ("[(%t, uint32 5, uint64 1, uint64 2, uint64 3, -1.0, -1.0, -1.0),"
                            " (%t, uint32 6, uint64 1, uint64 2, uint64 3, 0.3, 2.0, 3.0)]",
                            BEGINNING, BEGINNING + MINUTE));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object, *point;

  bh_cli_history_build_json (builder, "notes", points, 60);
  root = json_builder_get_root (builder);
  object = json_node_get_object (root);
  g_assert_cmpstr (json_object_get_string_member (object, "id"), ==, "notes");
  g_assert_cmpint (json_object_get_int_member (object, "resolution"), ==, 60);
  point = json_array_get_object_element (json_object_get_array_member (object, "points"), 0);
  g_assert_cmpstr (json_object_get_string_member (point, "time"), ==, "2026-11-25T17:30:00Z");
  g_assert_cmpint (json_object_get_int_member (point, "samples"), ==, 5);
  g_assert_cmpint (json_object_get_int_member (point, "memoryMean"), ==, 2);
  g_assert_true (json_object_get_null_member (point, "cpuMean"));
  point = json_array_get_object_element (json_object_get_array_member (object, "points"), 1);
  g_assert_cmpfloat (json_object_get_double_member (point, "cpuMin"), ==, 0.3125);
  g_assert_cmpfloat (json_object_get_double_member (point, "cpuMax"), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/history/table", test_table);
  g_test_add_func ("/cli/history/together", test_together);
  g_test_add_func ("/cli/history/gap", test_gap);
  g_test_add_func ("/cli/history/json", test_json);

  return g_test_run ();
}
