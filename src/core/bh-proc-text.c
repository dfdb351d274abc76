/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-proc-text.h"

#include <string.h>

/*
 * Reads the texts of /proc, as proc(5) describes them, without copying and without trusting them:
 * a process chooses its own name and environment.
 */

/**
 * bh_proc_take_number:
 * @text: (inout): where a decimal number begins; where it ended
 * @end: the end of the text
 * @number: (out): the number
 *
 * Returns: whether there is one, and it fits
 */
gboolean
bh_proc_take_number (const char **text, const char *end, guint64 *number)
{
  const char *p = *text;
  guint64 value = 0;

  for (; p < end && *p >= '0' && *p <= '9'; p++)
    {
      guint digit = (guint) (*p - '0');

      if (value > (G_MAXUINT64 - digit) / 10)
        return FALSE;
      value = value * 10 + digit;
    }
  if (p == *text)
    return FALSE;
  *text = p;
  *number = value;

  return TRUE;
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

static guint64
add (guint64 left, guint64 right)
{
  return left > G_MAXUINT64 - right ? G_MAXUINT64 : left + right;
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
  guint64 pid, parent, minor, major, user, system, child_user, child_system, threads, start;
  guint64 resident;

  g_return_val_if_fail (text != NULL && stat != NULL, FALSE);

  if (!bh_proc_take_number (&p, end, &pid) || pid == 0 || pid > G_MAXINT)
    return FALSE;
  open = memchr (p, '(', (gsize) (end - p));
  close = memrchr (p, ')', (gsize) (end - p));
  if (open == NULL || close == NULL || close < open || end - close < 4)
    return FALSE;

  name_length = MIN ((gsize) (close - open - 1), sizeof stat->name - 1);
  memcpy (stat->name, open + 1, name_length);
  stat->name[name_length] = '\0';
  stat->state = close[2];

  /* Fields by their numbers in proc(5): 3 is the state, 4 the parent, 10 and 12 the faults, 14 and
   * 15 the CPU times, 16 and 17 those of the children, 20 the threads, 22 the start, 24 what is
   * resident. */
  p = close + 4;
  if (!bh_proc_take_number (&p, end, &parent) || parent > G_MAXINT || !skip_fields (&p, end, 6)
      || !bh_proc_take_number (&p, end, &minor) || !skip_fields (&p, end, 2)
      || !bh_proc_take_number (&p, end, &major) || !skip_fields (&p, end, 2)
      || !bh_proc_take_number (&p, end, &user) || !skip_fields (&p, end, 1)
      || !bh_proc_take_number (&p, end, &system) || !skip_fields (&p, end, 1)
      || !bh_proc_take_number (&p, end, &child_user) || !skip_fields (&p, end, 1)
      || !bh_proc_take_number (&p, end, &child_system) || !skip_fields (&p, end, 3)
      || !bh_proc_take_number (&p, end, &threads) || !skip_fields (&p, end, 2)
      || !bh_proc_take_number (&p, end, &start) || !skip_fields (&p, end, 2)
      || !bh_proc_take_number (&p, end, &resident))
    return FALSE;

  stat->pid = (pid_t) pid;
  stat->parent = (pid_t) parent;
  stat->cpu_time = add (user, system);
  stat->child_time = add (child_user, child_system);
  stat->threads = (guint) MIN (threads, G_MAXUINT);
  stat->start_time = start;
  stat->faults = add (minor, major);
  stat->resident = resident;

  return TRUE;
}

/**
 * bh_proc_parse_statm:
 * @text: the text of /proc/PID/statm, not necessarily terminated
 * @length: its length in bytes
 * @resident: (out): pages in memory
 * @shared: (out): pages of these that are backed by files or shared
 *
 * Returns: whether the text was understood
 */
gboolean
bh_proc_parse_statm (const char *text, gsize length, guint64 *resident, guint64 *shared)
{
  const char *end = text + length;
  const char *p = text;

  g_return_val_if_fail (text != NULL && resident != NULL && shared != NULL, FALSE);

  return skip_fields (&p, end, 1) && bh_proc_take_number (&p, end, resident)
         && skip_fields (&p, end, 1) && bh_proc_take_number (&p, end, shared);
}

/* What stands behind "KEY:" at the beginning of a line, spaces and tabs passed over. */
static const char *
find_value (const char *text, const char *end, const char *key)
{
  gsize key_length = strlen (key);

  while (text < end)
    {
      const char *newline;

      if ((gsize) (end - text) > key_length && text[key_length] == ':'
          && memcmp (text, key, key_length) == 0)
        {
          text += key_length + 1;
          while (text < end && (*text == ' ' || *text == '\t'))
            text++;
          return text;
        }
      newline = memchr (text, '\n', (gsize) (end - text));
      text = newline != NULL ? newline + 1 : end;
    }

  return NULL;
}

/**
 * bh_proc_find_number:
 * @text: a text of lines such as "KEY: 123", not necessarily terminated
 * @length: its length in bytes
 * @key: the key
 * @number: (out): the first number behind it
 *
 * Returns: whether the key is there with a number
 */
gboolean
bh_proc_find_number (const char *text, gsize length, const char *key, guint64 *number)
{
  const char *end = text + length;
  const char *value;

  g_return_val_if_fail (text != NULL && key != NULL && number != NULL, FALSE);

  value = find_value (text, end, key);

  return value != NULL && bh_proc_take_number (&value, end, number);
}

/**
 * bh_proc_find_size:
 * @text: a text of lines such as "KEY: 123 kB", not necessarily terminated
 * @length: its length in bytes
 * @key: the key
 * @bytes: (out): the size, in bytes; the kernel's kB are KiB
 *
 * Returns: whether the key is there with a number
 */
gboolean
bh_proc_find_size (const char *text, gsize length, const char *key, guint64 *bytes)
{
  guint64 number;

  g_return_val_if_fail (bytes != NULL, FALSE);

  if (!bh_proc_find_number (text, length, key, &number) || number > G_MAXUINT64 / 1024)
    return FALSE;
  *bytes = number * 1024;

  return TRUE;
}

/**
 * bh_proc_parse_rollup:
 * @text: the text of /proc/PID/smaps_rollup, not necessarily terminated
 * @length: its length in bytes
 * @rollup: (out caller-allocates): where the figures go
 *
 * A kernel without swap has no word of it.
 *
 * Returns: whether the text was understood
 */
gboolean
bh_proc_parse_rollup (const char *text, gsize length, BhProcRollup *rollup)
{
  g_return_val_if_fail (text != NULL && rollup != NULL, FALSE);

  if (!bh_proc_find_size (text, length, "Pss", &rollup->pss))
    return FALSE;
  if (find_value (text, text + length, "SwapPss") == NULL)
    rollup->swap = 0;
  else if (!bh_proc_find_size (text, length, "SwapPss", &rollup->swap))
    return FALSE;

  return rollup->pss <= G_MAXUINT64 - rollup->swap;
}

/**
 * bh_proc_parse_status:
 * @text: the text of /proc/PID/status, not necessarily terminated
 * @length: its length in bytes
 * @status: (out caller-allocates): where the figures go
 *
 * The name, which the process chooses, stands in the first line, in which the kernel escapes line
 * ends (proc_task_name() in fs/proc/array.c); so no other line is its own.
 *
 * Returns: whether the text was understood
 */
gboolean
bh_proc_parse_status (const char *text, gsize length, BhProcStatus *status)
{
  guint64 uid;

  g_return_val_if_fail (text != NULL && status != NULL, FALSE);

  if (!bh_proc_find_number (text, length, "Uid", &uid) || uid > G_MAXUINT)
    return FALSE;
  status->uid = (guint) uid;
  status->peak = status->swap = 0;
  status->has_memory = bh_proc_find_size (text, length, "VmHWM", &status->peak)
                       && bh_proc_find_size (text, length, "VmSwap", &status->swap);

  return TRUE;
}

/**
 * bh_proc_parse_io:
 * @text: the text of /proc/PID/io, not necessarily terminated
 * @length: its length in bytes
 * @io: (out caller-allocates): where the figures go
 *
 * Returns: whether the text was understood
 */
gboolean
bh_proc_parse_io (const char *text, gsize length, BhProcIo *io)
{
  g_return_val_if_fail (text != NULL && io != NULL, FALSE);

  return bh_proc_find_number (text, length, "read_bytes", &io->read)
         && bh_proc_find_number (text, length, "write_bytes", &io->written);
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
