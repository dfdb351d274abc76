/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-beginning.h"

static void
test_names (void)
{
  for (BhBeginning beginning = BH_BEGINNING_LAUNCH; beginning <= BH_BEGINNING_PAGE; beginning++)
    {
      BhBeginning read = BH_BEGINNING_LAUNCH;

      g_assert_true (bh_beginning_from_string (bh_beginning_to_string (beginning), &read));
      g_assert_cmpint (read, ==, beginning);
    }
}

static void
test_unknown_names (void)
{
  BhBeginning beginning = BH_BEGINNING_PAGE;

  g_assert_false (bh_beginning_from_string ("", &beginning));
  g_assert_false (bh_beginning_from_string ("Continue", &beginning));
  g_assert_cmpint (beginning, ==, BH_BEGINNING_PAGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/beginning/names", test_names);
  g_test_add_func ("/beginning/unknown-names", test_unknown_names);

  return g_test_run ();
}
