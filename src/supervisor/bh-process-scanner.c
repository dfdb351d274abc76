/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-process-scanner.h"

#include "bh-app-id.h"
#include "bh-gtop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Finds the processes of an instance. There are two ways to belong to one: to descend from its
 * runner, or to carry the instance's name in the environment (BULKHEAD_INSTANCE). Descent alone
 * loses a process whose parent has died, and in Flatpak WebKit's web process is never below the
 * runner; the tag alone could be dropped by a helper that starts with a clean environment. So both
 * are used, and what has once been found stays found while it lives.
 *
 * One refresh reads the list of the user's processes and each one's stat (3 µs each). The
 * environment is read once for every process, when it is first seen.
 */

/* More than any stat line; an environment beyond the larger bound is looked at up to there. */
#define STAT_BUFFER   1024
#define ROLLUP_BUFFER 4096
#define STATUS_BUFFER 4096
#define MAX_ENVIRON   (256 * 1024)

struct _BhProcessScanner
{
  GObject parent_instance;

  GArray *stats;    /* BhProcStat: the processes at the last refresh */
  GHashTable *tags; /* BhProcessKey → instance, "" for processes without; kept while they live */
};

G_DEFINE_FINAL_TYPE (BhProcessScanner, bh_process_scanner, G_TYPE_OBJECT)

static guint
key_hash (gconstpointer data)
{
  const BhProcessKey *key = data;

  return (guint) key->pid ^ (guint) key->start_time;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const BhProcessKey *left = a;
  const BhProcessKey *right = b;

  return left->pid == right->pid && left->start_time == right->start_time;
}

/* Reads a file of /proc into a buffer; what does not fit is left. */
static gssize
read_proc (pid_t pid, const char *name, char *buffer, gsize size)
{
  char path[64];
  gsize length = 0;
  int fd;

  g_snprintf (path, sizeof path, "/proc/%d/%s", (int) pid, name);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  while (length < size)
    {
      gssize got = read (fd, buffer + length, size - length);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        break;
      length += (gsize) got;
    }
  close (fd);

  return length > 0 ? (gssize) length : -1;
}

/**
 * bh_process_read_stat:
 * @pid: a process
 * @stat: (out caller-allocates): where the figures go
 *
 * Returns: whether the process is there and could be read
 */
gboolean
bh_process_read_stat (pid_t pid, BhProcStat *stat)
{
  char buffer[STAT_BUFFER];
  gssize length = read_proc (pid, "stat", buffer, sizeof buffer);

  return length > 0 && bh_proc_parse_stat (buffer, (gsize) length, stat);
}

/**
 * bh_process_is_traced:
 * @pid: a process
 *
 * Returns: whether a debugger has hold of it, as far as can be seen from here
 */
gboolean
bh_process_is_traced (pid_t pid)
{
  char buffer[STATUS_BUFFER];
  gssize length = read_proc (pid, "status", buffer, sizeof buffer);

  return length > 0 && bh_proc_is_traced (buffer, (gsize) length);
}

/**
 * bh_process_read_pss:
 * @pid: a process
 * @bytes: (out): its proportional set size, swapped pages included, in bytes
 *
 * The kernel walks the process's page tables for this: about 1 ms for a WebKit process.
 *
 * Returns: whether the process is there and could be read
 */
gboolean
bh_process_read_pss (pid_t pid, guint64 *bytes)
{
  char buffer[ROLLUP_BUFFER];
  gssize length = read_proc (pid, "smaps_rollup", buffer, sizeof buffer);

  return length > 0 && bh_proc_parse_pss (buffer, (gsize) length, bytes);
}

/**
 * bh_process_send_signal:
 * @key: a process
 * @number: a signal
 *
 * Sends a signal to the very process that is meant, whatever has its PID by now.
 */
void
bh_process_send_signal (const BhProcessKey *key, int number)
{
  BhProcStat stat;
  int fd;

  g_return_if_fail (key != NULL && key->pid > 1);

  fd = (int) syscall (SYS_pidfd_open, key->pid, 0);
  if (fd < 0)
    return;
  if (bh_process_read_stat (key->pid, &stat) && stat.start_time == key->start_time)
    syscall (SYS_pidfd_send_signal, fd, number, NULL, 0);
  close (fd);
}

/**
 * bh_process_get_newest:
 *
 * Tells by one read whether anything was started: while this stays the same, nothing was.
 *
 * Returns: the PID that was given last, to a process or a thread, or 0 when it is not known
 */
pid_t
bh_process_get_newest (void)
{
  char buffer[128];
  const char *last;
  gssize length;
  int fd = open ("/proc/loadavg", O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return 0;
  length = read (fd, buffer, sizeof buffer - 1);
  close (fd);
  buffer[MAX (length, 0)] = '\0';
  last = strrchr (buffer, ' ');

  return last != NULL ? (pid_t) g_ascii_strtoll (last, NULL, 10) : 0;
}

/* The tag, "" for none, or NULL when the environment can't be read: of a process that is just
 * executing another program there is none for a moment. */
static char *
read_tag (pid_t pid)
{
  g_autofree char *block = g_malloc (MAX_ENVIRON);
  gssize length = read_proc (pid, "environ", block, MAX_ENVIRON);
  const char *tag = NULL;

  if (length <= 0)
    return NULL;
  tag = bh_proc_find_env (block, (gsize) length, BH_INSTANCE_ENV);

  return g_strdup (tag != NULL ? tag : "");
}

static void
bh_process_scanner_finalize (GObject *object)
{
  BhProcessScanner *self = BH_PROCESS_SCANNER (object);

  g_clear_pointer (&self->stats, g_array_unref);
  g_clear_pointer (&self->tags, g_hash_table_unref);

  G_OBJECT_CLASS (bh_process_scanner_parent_class)->finalize (object);
}

static void
bh_process_scanner_class_init (BhProcessScannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_process_scanner_finalize;
}

static void
bh_process_scanner_init (BhProcessScanner *self)
{
  self->stats = g_array_new (FALSE, FALSE, sizeof (BhProcStat));
  self->tags = g_hash_table_new_full (key_hash, key_equal, g_free, g_free);
}

/**
 * bh_process_scanner_new:
 *
 * Returns: (transfer full): a scanner that has seen nothing yet
 */
BhProcessScanner *
bh_process_scanner_new (void)
{
  return g_object_new (BH_TYPE_PROCESS_SCANNER, NULL);
}

/**
 * bh_process_scanner_refresh:
 * @self: a scanner
 *
 * Reads which processes there are now.
 */
void
bh_process_scanner_refresh (BhProcessScanner *self)
{
  g_autoptr (GArray) pids = NULL;
  g_autoptr (GHashTable) old = NULL;

  g_return_if_fail (BH_IS_PROCESS_SCANNER (self));

  pids = bh_gtop_list_pids ();
  old = g_steal_pointer (&self->tags);
  self->tags = g_hash_table_new_full (key_hash, key_equal, g_free, g_free);
  g_array_set_size (self->stats, 0);

  for (guint i = 0; i < pids->len; i++)
    {
      BhProcStat stat;
      BhProcessKey key;
      gpointer old_key, tag;

      /* A zombie is gone but for its exit status. */
      if (!bh_process_read_stat (g_array_index (pids, gint, i), &stat) || stat.state == 'Z')
        continue;
      g_array_append_val (self->stats, stat);

      key = (BhProcessKey){ .pid = stat.pid, .start_time = stat.start_time };
      if (!g_hash_table_steal_extended (old, &key, &old_key, &tag))
        {
          old_key = g_memdup2 (&key, sizeof key);
          tag = read_tag (stat.pid);
        }
      if (tag != NULL)
        g_hash_table_insert (self->tags, old_key, tag);
      else
        g_free (old_key);
    }
}

/**
 * bh_process_scanner_find:
 * @self: a scanner
 * @instance: the instance's random name
 * @runner: (nullable): the instance's runner
 * @known: (element-type BhProcessKey): processes that were found before; replaced by what is found
 *   now
 *
 * Picks the processes of an instance from the last refresh.
 *
 * Returns: (transfer full) (element-type BhProcStat): the processes, the runner first when it lives
 */
GArray *
bh_process_scanner_find (BhProcessScanner *self,
                         const char *instance,
                         const BhProcessKey *runner,
                         GArray *known)
{
  g_autoptr (GArray) roots = NULL;
  g_autoptr (GArray) indices = NULL;
  GArray *found;

  g_return_val_if_fail (BH_IS_PROCESS_SCANNER (self), NULL);
  g_return_val_if_fail (instance != NULL && *instance != '\0', NULL);
  g_return_val_if_fail (known != NULL, NULL);

  roots = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
  if (runner != NULL)
    g_array_append_val (roots, *runner);
  g_array_append_vals (roots, known->data, known->len);
  for (guint i = 0; i < self->stats->len; i++)
    {
      const BhProcStat *stat = &g_array_index (self->stats, BhProcStat, i);
      BhProcessKey key = { .pid = stat->pid, .start_time = stat->start_time };
      const char *tag = g_hash_table_lookup (self->tags, &key);

      if (tag != NULL && g_str_equal (tag, instance))
        g_array_append_val (roots, key);
    }

  indices = bh_process_tree_descend ((const BhProcStat *) (gpointer) self->stats->data,
                                     self->stats->len,
                                     (const BhProcessKey *) (gpointer) roots->data, roots->len);
  found = g_array_sized_new (FALSE, FALSE, sizeof (BhProcStat), indices->len);
  g_array_set_size (known, 0);
  for (guint i = 0; i < indices->len; i++)
    {
      const BhProcStat *stat
          = &g_array_index (self->stats, BhProcStat, g_array_index (indices, guint, i));
      BhProcessKey key = { .pid = stat->pid, .start_time = stat->start_time };

      g_array_append_val (known, key);
      if (runner != NULL && key_equal (&key, runner))
        g_array_prepend_val (found, *stat);
      else
        g_array_append_val (found, *stat);
    }

  return found;
}

/**
 * bh_process_scanner_find_enclosed:
 * @self: a scanner
 * @root: bubblewrap's outer process
 * @stat: (out caller-allocates): the program that it was started for
 *
 * Looks in the last refresh, see bh_process_tree_find_enclosed().
 *
 * Returns: whether it is there
 */
gboolean
bh_process_scanner_find_enclosed (BhProcessScanner *self,
                                  const BhProcessKey *root,
                                  BhProcStat *stat)
{
  guint index;

  g_return_val_if_fail (BH_IS_PROCESS_SCANNER (self), FALSE);
  g_return_val_if_fail (root != NULL && stat != NULL, FALSE);

  if (!bh_process_tree_find_enclosed ((const BhProcStat *) (gpointer) self->stats->data,
                                      self->stats->len, root, &index))
    return FALSE;
  *stat = g_array_index (self->stats, BhProcStat, index);

  return TRUE;
}
