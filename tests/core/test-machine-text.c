/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-machine-text.h"

#include <string.h>

static gboolean
parse_memory (const char *text, gsize length, BhMachineMemory *memory)
{
  g_autofree char *block = g_memdup2 (text, length);

  return bh_machine_parse_memory (block != NULL ? block : "", length, memory);
}

static void
test_memory (void)
{
  const char *text
      = "MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    9000 kB\n"
        "SwapCached:         5 kB\nSwapTotal:       2000 kB\nSwapFree:        1500 kB\n";
  const char *const bad[] = {
    "",
    "MemTotal: 1 kB\n",
    "MemTotal: 1 kB\nMemAvailable: 2 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    "MemTotal: 2 kB\nMemAvailable: 1 kB\nSwapTotal: 0 kB\nSwapFree: 1 kB\n",
    "MemTotal: 2 kB\nMemAvailable: 1 kB\nSwapTotal: 0 kB\n",
    "MemTotal: 18014398509481984 kB\nMemAvailable: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
  };
  BhMachineMemory memory;

  g_assert_true (parse_memory (text, strlen (text), &memory));
  g_assert_cmpuint (memory.total, ==, 16000 * 1024);
  g_assert_cmpuint (memory.available, ==, 9000 * 1024);
  g_assert_cmpuint (memory.swap, ==, 2000 * 1024);
  g_assert_cmpuint (memory.swap_free, ==, 1500 * 1024);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (parse_memory (bad[i], strlen (bad[i]), &memory))
      g_error ("understood: %s", bad[i]);
}

static gboolean
parse_cpu (const char *text, gsize length, BhMachineCpu *cpu)
{
  g_autofree char *block = g_memdup2 (text, length);

  return bh_machine_parse_cpu (block != NULL ? block : "", length, cpu);
}

static void
test_cpu (void)
{
  /* Guests' time, the last two, is in the first two already. */
  const char *text = "cpu  100 10 50 800 40 3 2 5 60 7\ncpu0 50 5 25 400 20 1 1 2 30 3\n"
                     "cpu1 50 5 25 400 20 2 1 3 30 4\nintr 5 cpu2\nctxt 1\ncpux 1\n";
  const char *const bad[] = {
    "",
    "cpu",
    "cpu ",
    "cpu  1 2 3 4 5 6 7\n",
    "cpu  1 2 3 4 5 6 7 8\n",
    "cpu0 1 2 3 4 5 6 7 8\n",
    "intr 1\ncpu  1 2 3 4 5 6 7 8\ncpu0 1\n",
    "cpu  1 2 3 -4 5 6 7 8\ncpu0 1\n",
    "cpu  18446744073709551615 1 0 0 0 0 0 0\ncpu0 1\n",
  };
  BhMachineCpu cpu;

  g_assert_true (parse_cpu (text, strlen (text), &cpu));
  g_assert_cmpuint (cpu.total, ==, 1010);
  g_assert_cmpuint (cpu.busy, ==, 170);
  g_assert_cmpuint (cpu.cores, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (parse_cpu (bad[i], strlen (bad[i]), &cpu))
      g_error ("understood: %s", bad[i]);
  for (gsize length = 0; length <= strlen (text); length++)
    if (parse_cpu (text, length, &cpu))
      g_assert_cmpuint (cpu.busy, <=, cpu.total);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/machine-text/memory", test_memory);
  g_test_add_func ("/machine-text/cpu", test_cpu);

  return g_test_run ();
}
