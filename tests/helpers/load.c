/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * load: takes what limits are there for, until it is ended.
 *
 * usage: load spin N         N threads that never rest
 *        load memory MIB     touches so much memory, a MiB at a time, prints “full” and rests
 *        load grow           touches memory as fast as it can
 *        load grow-child     a child that does so a moment later
 *        load threads N      N threads that rest
 *        load fork           a child that spins, whose parent rests
 */

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIB         ((gsize) 1024 * 1024)
#define CHILD_DELAY (200 * 1000) /* microseconds */

static gpointer
spin (gpointer data)
{
  for (volatile guint64 i = 0;; i++)
    ;

  return NULL;
}

static gpointer
rest (gpointer data)
{
  while (TRUE)
    pause ();

  return NULL;
}

static void
touch_memory (void)
{
  /* Where a compiler can't see that nobody reads it. */
  static char *volatile block;

  block = malloc (MIB);
  g_assert_nonnull (block);
  memset (block, 1, MIB);
}

static void
grow (void)
{
  while (TRUE)
    touch_memory ();
}

static void
start_threads (GThreadFunc function, int n)
{
  for (int i = 0; i < n; i++)
    g_thread_unref (g_thread_new ("load", function, NULL));
}

int
main (int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";
  int n = argc > 2 ? atoi (argv[2]) : 0;

  if (g_str_equal (what, "spin"))
    start_threads (spin, n);
  else if (g_str_equal (what, "threads"))
    start_threads (rest, n);
  else if (g_str_equal (what, "memory"))
    for (int i = 0; i < n; i++)
      touch_memory ();
  else if (g_str_equal (what, "fork"))
    {
      if (fork () == 0)
        spin (NULL);
    }
  else if (g_str_equal (what, "grow"))
    grow ();
  else if (g_str_equal (what, "grow-child"))
    {
      g_usleep (CHILD_DELAY);
      if (fork () == 0)
        grow ();
    }
  else
    return 2;

  g_print ("full\n");
  rest (NULL);

  return 0;
}
