/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-tally.h"

/* Sums over processes that come and go. */

static void
test_passed_on (void)
{
  BhTally parent = { 0 }, child = { 0 };
  guint64 ended = 0;

  bh_tally_update (&parent, 10, &ended);
  bh_tally_update (&child, 100, &ended);
  /* Its parent has waited for it: it used some more at last, as did the parent itself. */
  bh_tally_end (&child, &parent, &ended);
  bh_tally_update (&parent, 125, &ended);
  g_assert_cmpuint (parent.seen + ended, ==, 125);
}

static void
test_waited_for_late (void)
{
  BhTally parent = { 0 }, child = { 0 };
  guint64 ended = 0;

  bh_tally_update (&parent, 10, &ended);
  bh_tally_update (&child, 100, &ended);
  bh_tally_end (&child, &parent, &ended);
  bh_tally_update (&parent, 10, &ended);
  g_assert_cmpuint (parent.seen + ended, ==, 110);
  bh_tally_update (&parent, 112, &ended);
  g_assert_cmpuint (parent.seen + ended, ==, 112);
}

static void
test_never_waited_for (void)
{
  BhTally parent = { 0 }, child = { 0 }, orphan = { 0 };
  guint64 ended = 0;

  bh_tally_update (&parent, 10, &ended);
  bh_tally_update (&child, 100, &ended);
  bh_tally_update (&orphan, 1000, &ended);
  bh_tally_end (&child, &parent, &ended);
  bh_tally_end (&orphan, NULL, &ended);
  g_assert_cmpuint (parent.seen + ended, ==, 1110);
  /* The parent's own looks as if it had been passed on: too little rather than too much. */
  bh_tally_update (&parent, 15, &ended);
  g_assert_cmpuint (parent.seen + ended, ==, 1110);
  /* What the parent used goes with it, once. */
  bh_tally_end (&parent, NULL, &ended);
  g_assert_cmpuint (ended, ==, 1110);
  g_assert_cmpuint (parent.seen + parent.owed, ==, 0);
}

static void
test_backwards (void)
{
  BhTally tally = { 0 };
  guint64 ended = 0;

  bh_tally_update (&tally, 10, &ended);
  bh_tally_update (&tally, 9, &ended);
  g_assert_cmpuint (tally.seen, ==, 10);
}

/* A family at random: the sum never falls, and never passes what was used. */
static void
test_family (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      BhTally parent = { 0 };
      BhTally children[4] = { 0 };
      guint64 own = 0, passed_on = 0, used = 0, ended = 0, last = 0;
      guint64 theirs[4] = { 0 };

      for (guint step = 0; step < 50; step++)
        {
          guint i = (guint) g_test_rand_int_range (0, 4);
          guint64 spent = (guint64) g_test_rand_int_range (0, 20);
          guint64 sum;

          switch (g_test_rand_int_range (0, 4))
            {
            case 0:
              own += spent;
              used += spent;
              break;
            case 1:
              /* It ends, unseen what it used last; another takes its place. */
              theirs[i] += spent;
              used += spent;
              if (g_test_rand_int_range (0, 3) > 0)
                passed_on += theirs[i];
              bh_tally_end (&children[i], &parent, &ended);
              theirs[i] = 0;
              break;
            default:
              theirs[i] += spent;
              used += spent;
              bh_tally_update (&children[i], theirs[i], &ended);
              break;
            }
          bh_tally_update (&parent, own + passed_on, &ended);
          sum = parent.seen + ended;
          for (guint j = 0; j < 4; j++)
            sum += children[j].seen;
          g_assert_cmpuint (sum, >=, last);
          g_assert_cmpuint (sum, <=, used);
          last = sum;
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tally/passed-on", test_passed_on);
  g_test_add_func ("/tally/waited-for-late", test_waited_for_late);
  g_test_add_func ("/tally/never-waited-for", test_never_waited_for);
  g_test_add_func ("/tally/backwards", test_backwards);
  g_test_add_func ("/tally/family", test_family);

  return g_test_run ();
}
