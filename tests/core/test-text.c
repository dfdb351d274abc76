/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-text.h"

#include <string.h>

static void
assert_printable (const char *text, gsize max, const char *expected)
{
  g_autofree char *shown = bh_text_printable (text, max);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_printable (void)
{
  assert_printable ("", 10, "");
  assert_printable ("plain", 10, "plain");
  assert_printable ("plain", 5, "plain");
  assert_printable ("plain", 4, "plai…");
  assert_printable ("äöü日本", 5, "äöü日本");
  assert_printable ("äöü日本", 4, "äöü日…");
  assert_printable ("a\033[2J\n", 10, "a\\u001b[2J\\u000a");
  assert_printable ("a\u202eb", 10, "a\\u202eb");
  assert_printable ("a\xff", 10, "a\ufffd");
  assert_printable ("🦊🦊🦊", 2, "🦊🦊…");
}

static void
test_quote (void)
{
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autofree char *quoted = bh_text_quote ("a\tb");
  g_autofree char *long_quoted = bh_text_quote (long_text);

  g_assert_cmpstr (quoted, ==, "“a\\u0009b”");
  g_assert_cmpint (g_utf8_strlen (long_quoted, -1), ==, 83);
}

static void
test_has_control (void)
{
  g_assert_false (bh_text_has_control (""));
  g_assert_false (bh_text_has_control ("Käse 日本 🦊"));
  g_assert_true (bh_text_has_control ("a\nb"));
  g_assert_true (bh_text_has_control ("🦊\033"));
  g_assert_true (bh_text_has_control ("\xc2\x9b"));
}

static void
test_suggest (void)
{
  static const char *const names[] = {
    "limits",  "restart", "scope",   "network",
    "sandbox", "cpu",     "cpuTime", "aNameThatIsMuchTooLongForAnybodyToMisspellIt",
  };
  gsize n = G_N_ELEMENTS (names);
  g_autofree char *long_word = g_strnfill (1000, 'l');

  g_assert_cmpstr (bh_text_suggest ("limit", names, n), ==, "limits");
  g_assert_cmpstr (bh_text_suggest ("Limits", names, n), ==, "limits");
  g_assert_cmpstr (bh_text_suggest ("netwrok", names, n), ==, "network");
  g_assert_cmpstr (bh_text_suggest ("sandboxed", names, n), ==, "sandbox");
  g_assert_cmpstr (bh_text_suggest ("cputime", names, n), ==, "cpuTime");
  g_assert_cmpstr (bh_text_suggest ("cpi", names, n), ==, "cpu");
  g_assert_null (bh_text_suggest ("colour", names, n));
  g_assert_null (bh_text_suggest ("x", names, n));
  g_assert_null (bh_text_suggest ("", names, n));
  g_assert_null (bh_text_suggest (long_word, names, n));
  g_assert_null (bh_text_suggest ("limit", NULL, 0));
}

/* The same guess whatever the order, since it comes from a hash table. */
static void
test_suggest_tie (void)
{
  static const char *const names[] = { "maxHeight", "minHeight" };
  static const char *const reversed[] = { "minHeight", "maxHeight" };

  g_assert_cmpstr (bh_text_suggest ("mHeight", names, 2), ==, "maxHeight");
  g_assert_cmpstr (bh_text_suggest ("mHeight", reversed, 2), ==, "maxHeight");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/text/printable", test_printable);
  g_test_add_func ("/text/quote", test_quote);
  g_test_add_func ("/text/has-control", test_has_control);
  g_test_add_func ("/text/suggest", test_suggest);
  g_test_add_func ("/text/suggest-tie", test_suggest_tie);

  return g_test_run ();
}
