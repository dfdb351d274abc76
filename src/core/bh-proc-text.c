/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-proc-text.h"

#include <string.h>

/*
 * Reads the texts of /proc, as proc(5) describes them, without copying and without trusting them:
 * a process chooses its own name and environment.
 */

/* Reads a decimal number at *p, which must end before end. */
static gboolean
take_number (const char **p, const char *end, guint64 *number)
{
  const char *start = *p;
  guint64 value = 0;

  while (*p < end && g_ascii_isdigit (**p))
    {
      guint digit = (guint) (**p - '0');

      if (value > (G_MAXUINT64 - digit) / 10)
        return FALSE;
      value = value * 10 + digit;
      (*p)++;
    }
  *number = value;

  return *p > start;
}

static gboolean
skip_fields (const char **p, const char *end, guint fields)
{
  for (guint i = 0; i < fields; i++)
    {
      const char *space = *p < end ? memchr (*p, ' ', (gsize) (end - *p)) : NULL;

      if (space == NULL)
        return FALSE;
      *p = space + 1;
    }

  return TRUE;
}

/**
 * bh_proc_parse_stat:
 * @text: the text of /proc/PID/stat, not necessarily terminated
 * @length: its length in bytes
 * @stat: (out caller-allocates): where the figures go
 *
 * The name stands in brackets and may hold brackets and spaces itself, so the last closing
 * bracket ends it.
 *
 * Returns: whether the text was understood
 */
gboolean
bh_proc_parse_stat (const char *text, gsize length, BhProcStat *stat)
{
  const char *end = text + length;
  const char *p = text;
  const char *open, *close;
  gsize name_length;
  guint64 pid, parent, user, system, threads, start;

  g_return_val_if_fail (text != NULL && stat != NULL, FALSE);

  if (!take_number (&p, end, &pid) || pid == 0 || pid > G_MAXINT)
    return FALSE;
  open = memchr (p, '(', (gsize) (end - p));
  close = memrchr (p, ')', (gsize) (end - p));
  if (open == NULL || close == NULL || close < open || end - close < 4)
    return FALSE;

  name_length = MIN ((gsize) (close - open - 1), sizeof stat->name - 1);
  memcpy (stat->name, open + 1, name_length);
  stat->name[name_length] = '\0';
  stat->state = close[2];

  /* Fields by their numbers in proc(5): 3 is the state, 4 the parent, 14 and 15 the CPU times,
   * 20 the threads, 22 the start. */
  p = close + 4;
  if (!take_number (&p, end, &parent) || parent > G_MAXINT || !skip_fields (&p, end, 10)
      || !take_number (&p, end, &user) || !skip_fields (&p, end, 1)
      || !take_number (&p, end, &system) || !skip_fields (&p, end, 5)
      || !take_number (&p, end, &threads) || !skip_fields (&p, end, 2)
      || !take_number (&p, end, &start))
    return FALSE;

  stat->pid = (pid_t) pid;
  stat->parent = (pid_t) parent;
  stat->cpu_time = user > G_MAXUINT64 - system ? G_MAXUINT64 : user + system;
  stat->threads = (guint) MIN (threads, G_MAXUINT);
  stat->start_time = start;

  return TRUE;
}

/**
 * bh_proc_parse_pss:
 * @text: the text of /proc/PID/smaps_rollup, not necessarily terminated
 * @length: its length in bytes
 * @bytes: (out): the proportional set size, with what of it is swapped out, in bytes
 *
 * Returns: whether the text was understood
 */
gboolean
bh_proc_parse_pss (const char *text, gsize length, guint64 *bytes)
{
  const char *end = text + length;
  const char *line = text;
  gboolean found = FALSE;
  guint64 sum = 0;

  g_return_val_if_fail (text != NULL && bytes != NULL, FALSE);

  while (line < end)
    {
      const char *newline = memchr (line, '\n', (gsize) (end - line));
      const char *stop = newline != NULL ? newline : end;
      gboolean pss = stop - line > 4 && strncmp (line, "Pss:", 4) == 0;
      const char *p = NULL;
      guint64 kibibytes;

      if (pss)
        p = line + strlen ("Pss:");
      else if (stop - line > 8 && strncmp (line, "SwapPss:", 8) == 0)
        p = line + strlen ("SwapPss:");

      if (p != NULL)
        {
          while (p < stop && *p == ' ')
            p++;
          if (!take_number (&p, stop, &kibibytes) || kibibytes > (G_MAXUINT64 - sum) / 1024)
            return FALSE;
          sum += kibibytes * 1024;
          found = found || pss;
        }
      line = stop + 1;
    }
  *bytes = sum;

  return found;
}

/**
 * bh_proc_is_traced:
 * @text: the text of /proc/PID/status, not necessarily terminated
 * @length: its length in bytes
 *
 * Returns: whether a debugger has hold of the process
 */
gboolean
bh_proc_is_traced (const char *text, gsize length)
{
  static const char key[] = "\nTracerPid:\t";
  const char *end = text + length;
  const char *value;

  g_return_val_if_fail (text != NULL, FALSE);

  value = memmem (text, length, key, strlen (key));
  if (value == NULL)
    return FALSE;
  value += strlen (key);

  return value < end && *value >= '1' && *value <= '9';
}

/**
 * bh_proc_find_env:
 * @block: the bytes of /proc/PID/environ
 * @length: their number
 * @name: a variable's name
 *
 * Returns: (nullable) (transfer none): the value, inside @block, or %NULL when the variable is not
 *   there or its value is not terminated within @block
 */
const char *
bh_proc_find_env (const char *block, gsize length, const char *name)
{
  const char *end = block + length;
  gsize name_length;

  g_return_val_if_fail (block != NULL && name != NULL, NULL);

  name_length = strlen (name);
  for (const char *p = block; p < end;)
    {
      const char *nul = memchr (p, '\0', (gsize) (end - p));

      if (nul == NULL)
        return NULL;
      if ((gsize) (nul - p) > name_length && memcmp (p, name, name_length) == 0
          && p[name_length] == '=')
        return p + name_length + 1;
      p = nul + 1;
    }

  return NULL;
}
