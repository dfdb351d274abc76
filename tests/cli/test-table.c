/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-cli-table.h"
#include "bh-cli-text.h"

static void
assert_table (BhCliTable *table, const char *expected)
{
  g_autofree char *text = bh_cli_table_to_string (table);

  g_assert_cmpstr (text, ==, expected);
}

static void
add_row (BhCliTable *table, const char *first, const char *second)
{
  const char *cells[] = { first, second, NULL };

  bh_cli_table_add_row (table, cells);
}

static void
test_empty (void)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();

  assert_table (table, "");
  bh_cli_table_add_column (table, "Name", BH_CLI_ALIGN_START);
  assert_table (table, "");
}

static void
test_align (void)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();

  bh_cli_table_add_column (table, "Name", BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, "CPU", BH_CLI_ALIGN_END);
  add_row (table, "Notes", "1");
  add_row (table, "A", "12345");
  assert_table (table, "Name     CPU\n"
                       "Notes      1\n"
                       "A      12345\n");
}

static void
test_no_headings (void)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();

  bh_cli_table_add_column (table, NULL, BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, NULL, BH_CLI_ALIGN_START);
  add_row (table, "ID:", "notes");
  add_row (table, "Name:", "");
  assert_table (table, "ID:    notes\n"
                       "Name:\n");
}

/* Each name takes four columns of a terminal, whatever it takes of memory. */
static void
test_scripts (void)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();

  bh_cli_table_add_column (table, "N", BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, "X", BH_CLI_ALIGN_START);
  add_row (table, "日本", "x");
  add_row (table, "Käse", "x");
  add_row (table, "Ka\u0308se", "x");
  add_row (table, "🦊ab", "x");
  add_row (table, "नमस्ते", "x");
  assert_table (table, "N     X\n"
                       "日本  x\n"
                       "Käse  x\n"
                       "Ka\u0308se  x\n"
                       "🦊ab  x\n"
                       "नमस्ते  x\n");
}

static void
test_hostile (void)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();

  bh_cli_table_add_column (table, "N", BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, "X", BH_CLI_ALIGN_START);
  add_row (table, "a\033[2J", "x");
  add_row (table, "a\nb", "x");
  add_row (table, "a\xff", "x");
  assert_table (table, "N      X\n"
                       "a\ufffd[2J  x\n"
                       "a b    x\n"
                       "a\ufffd     x\n");
}

static void
test_width (void)
{
  g_assert_cmpuint (bh_cli_text_get_width (""), ==, 0);
  g_assert_cmpuint (bh_cli_text_get_width ("abc"), ==, 3);
  g_assert_cmpuint (bh_cli_text_get_width ("日本語"), ==, 6);
  g_assert_cmpuint (bh_cli_text_get_width ("e\u0301"), ==, 1);
  g_assert_cmpuint (bh_cli_text_get_width ("a\u200bb"), ==, 2);
}

static void
assert_clean (const char *text, const char *expected)
{
  g_autofree char *clean = bh_cli_text_clean (text);

  g_assert_cmpstr (clean, ==, expected);
}

static void
test_clean (void)
{
  assert_clean ("", "");
  assert_clean ("Käse 日本 🦊", "Käse 日本 🦊");
  assert_clean ("a\tb\nc", "a b c");
  assert_clean ("\033]0;title\a", "\ufffd]0;title\ufffd");
  assert_clean ("\xc2\x9b"
                "1m",
                "\ufffd1m");
  assert_clean ("a\u2028b\u2029c", "a\ufffdb\ufffdc");
  assert_clean ("a\u202eb\u2066c", "a\ufffdb\ufffdc");
  assert_clean ("a\xc3", "a\ufffd");
}

static void
assert_short (const char *text, guint width, const char *expected)
{
  g_autofree char *shortened = bh_cli_text_shorten (text, width);

  g_assert_cmpstr (shortened, ==, expected);
  g_assert_cmpuint (bh_cli_text_get_width (shortened), <=, width);
}

static void
test_shorten (void)
{
  assert_short ("", 1, "");
  assert_short ("abc", 3, "abc");
  assert_short ("abcd", 3, "ab…");
  assert_short ("abcd", 1, "…");
  assert_short ("日本語", 6, "日本語");
  assert_short ("日本語", 5, "日本…");
  assert_short ("日本語", 4, "日…");
  /* An accent stays with its letter. */
  assert_short ("e\u0301e\u0301e\u0301", 2, "e\u0301…");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/table/empty", test_empty);
  g_test_add_func ("/cli/table/align", test_align);
  g_test_add_func ("/cli/table/no-headings", test_no_headings);
  g_test_add_func ("/cli/table/scripts", test_scripts);
  g_test_add_func ("/cli/table/hostile", test_hostile);
  g_test_add_func ("/cli/text/width", test_width);
  g_test_add_func ("/cli/text/clean", test_clean);
  g_test_add_func ("/cli/text/shorten", test_shorten);

  return g_test_run ();
}
