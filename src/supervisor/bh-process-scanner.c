/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-process-scanner.h"

#include "bh-app-id.h"
#include "bh-held-file.h"

#include <dirent.h>
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
 * A refresh reads the list of processes and the stat of each of the user's (3 µs each, from
 * descriptors that are held). The environment is read once for every process, when it is first
 * seen. A look lists the processes only when the machine has started one since, and leaves their
 * stats for bh_process_scanner_find() to read, of the processes that it picks.
 */

/* Microseconds after which a look lists processes in any case. */
#define LIST_AGE (2 * G_TIME_SPAN_SECOND)

/* How often the environment of a process is asked for that does not tell it. Of one that is just
 * executing another program there is none for a moment; of one that the kernel does not let us look
 * into there will be none. */
#define TAG_TRIES 5

/* More than any stat line; an environment beyond the larger bound is looked at up to there. */
#define STAT_BUFFER   1024
#define ROLLUP_BUFFER 4096
#define STATUS_BUFFER 4096
#define MAX_ENVIRON   (256 * 1024)

typedef struct
{
  BhProcessKey key;
  guint64 inode; /* of its directory */
  guint index;   /* in the list */
  int stat_fd;
  char *tag; /* the instance, "" for none, NULL while it can't be read */
  guint tag_tries;
  guint read_at;  /* the number of the refresh or look */
  gboolean found; /* to belong to an instance */
} Process;

struct _BhProcessScanner
{
  GObject parent_instance;

  DIR *dir;             /* of /proc */
  GArray *stats;        /* BhProcStat: the user's processes */
  GPtrArray *processes; /* Process, in the same order */
  GHashTable *by_pid;   /* PID → Process */
  GHashTable *others;   /* PID → the inode of the directory of a process that is not the user's */
  guint reads;
  pid_t newest; /* of the machine, when they were listed */
  gboolean settled;
  gint64 listed_at;

  /* Made when they are needed, of the list as it stands. */
  BhProcessTree *tree;
  GHashTable *tagged; /* instance → GArray of BhProcessKey */
};

G_DEFINE_FINAL_TYPE (BhProcessScanner, bh_process_scanner, G_TYPE_OBJECT)

static void
process_free (gpointer data)
{
  Process *process = data;

  bh_held_file_close (&process->stat_fd);
  g_free (process->tag);
  g_free (process);
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
 * bh_process_read_rollup:
 * @pid: a process
 * @rollup: (out caller-allocates): its exact memory
 *
 * The kernel walks the process's page tables for this: about 1 ms for a WebKit process.
 *
 * Returns: whether the process is there and could be read
 */
gboolean
bh_process_read_rollup (pid_t pid, BhProcRollup *rollup)
{
  char buffer[ROLLUP_BUFFER];
  gssize length = read_proc (pid, "smaps_rollup", buffer, sizeof buffer);

  return length > 0 && bh_proc_parse_rollup (buffer, (gsize) length, rollup);
}

/**
 * bh_process_read_pss:
 * @pid: a process
 * @bytes: (out): its proportional set size, swapped pages included, in bytes
 *
 * As bh_process_read_rollup(), in one figure.
 *
 * Returns: whether the process is there and could be read
 */
gboolean
bh_process_read_pss (pid_t pid, guint64 *bytes)
{
  BhProcRollup rollup;

  if (!bh_process_read_rollup (pid, &rollup))
    return FALSE;
  *bytes = rollup.pss + rollup.swap;

  return TRUE;
}

/**
 * bh_process_read_status:
 * @pid: a process
 * @status: (out caller-allocates): where the figures go
 *
 * Returns: whether the process is there and could be read
 */
gboolean
bh_process_read_status (pid_t pid, BhProcStatus *status)
{
  char buffer[STATUS_BUFFER];
  gssize length = read_proc (pid, "status", buffer, sizeof buffer);

  return length > 0 && bh_proc_parse_status (buffer, (gsize) length, status);
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
forget_tree (BhProcessScanner *self)
{
  g_clear_pointer (&self->tree, bh_process_tree_free);
  g_clear_pointer (&self->tagged, g_hash_table_unref);
}

static void
bh_process_scanner_finalize (GObject *object)
{
  BhProcessScanner *self = BH_PROCESS_SCANNER (object);

  forget_tree (self);
  g_clear_pointer (&self->by_pid, g_hash_table_unref);
  g_clear_pointer (&self->processes, g_ptr_array_unref);
  g_clear_pointer (&self->stats, g_array_unref);
  g_clear_pointer (&self->others, g_hash_table_unref);
  g_clear_pointer (&self->dir, closedir);

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
  self->processes = g_ptr_array_new_with_free_func (process_free);
  self->by_pid = g_hash_table_new (NULL, NULL);
  self->others = g_hash_table_new (NULL, NULL);
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

/* Whether the process, which has just been opened, is the user's. */
static gboolean
is_own (int fd, pid_t pid)
{
  guint owner = fd >= 0 ? bh_held_file_get_owner (fd) : 0;
  BhProcStatus status;

  if (owner == getuid () || owner != 0)
    return owner == getuid ();

  return bh_process_read_status (pid, &status) && status.uid == getuid ();
}

/* Whether the process lives; one that is dead but for its exit status does not. */
static gboolean
read_stat (Process *process, pid_t pid, BhProcStat *stat)
{
  char buffer[STAT_BUFFER];
  gssize length = bh_held_file_read_proc (&process->stat_fd, pid, "stat", buffer, sizeof buffer);

  return length > 0 && bh_proc_parse_stat (buffer, (gsize) length, stat) && stat->state != 'Z'
         && stat->state != 'X';
}

static Process *
meet_process (BhProcessScanner *self, pid_t pid, guint64 inode, BhProcStat *stat, gboolean *other)
{
  Process *process = g_new0 (Process, 1);

  process->inode = inode;
  process->stat_fd = BH_HELD_FILE_CLOSED;
  if (!read_stat (process, pid, stat))
    {
      process_free (process);
      return NULL;
    }
  *other = !is_own (process->stat_fd, pid);
  if (*other)
    {
      process_free (process);
      return NULL;
    }
  process->key = (BhProcessKey){ .pid = pid, .start_time = stat->start_time };
  process->read_at = self->reads;

  return process;
}

/* The process of the old list, if it is still that. */
static Process *
meet_again (BhProcessScanner *self, pid_t pid, guint64 inode, gboolean all, BhProcStat *stat)
{
  Process *process = g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (pid));

  if (process == NULL)
    return NULL;
  /* Its figures are of an earlier look, as its number tells. */
  if (!all && inode != 0 && inode == process->inode)
    {
      *stat = g_array_index (self->stats, BhProcStat, process->index);
      return process;
    }
  if (!read_stat (process, pid, stat) || stat->start_time != process->key.start_time)
    return NULL;
  process->inode = inode;
  process->read_at = self->reads;

  return process;
}

static void
read_tag_of (Process *process)
{
  if (process->tag == NULL && process->tag_tries++ < TAG_TRIES)
    process->tag = read_tag (process->key.pid);
}

static void
index_processes (BhProcessScanner *self)
{
  g_hash_table_remove_all (self->by_pid);
  for (guint i = 0; i < self->processes->len; i++)
    {
      Process *process = g_ptr_array_index (self->processes, i);

      process->index = i;
      g_hash_table_insert (self->by_pid, GINT_TO_POINTER (process->key.pid), process);
    }
  forget_tree (self);
}

static void
list_processes (BhProcessScanner *self, gboolean all)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->processes);
  g_autoptr (GHashTable) old_others = g_steal_pointer (&self->others);
  g_autoptr (GArray) stats = g_array_sized_new (FALSE, FALSE, sizeof (BhProcStat), old->len);

  self->processes = g_ptr_array_new_full (old->len, process_free);
  self->others = g_hash_table_new (NULL, NULL);
  rewinddir (self->dir);
  for (struct dirent *entry = readdir (self->dir); entry != NULL; entry = readdir (self->dir))
    {
      pid_t pid = g_ascii_isdigit (entry->d_name[0]) ? (pid_t) atoi (entry->d_name) : 0;
      guint64 inode = entry->d_ino;
      gboolean other = FALSE;
      BhProcStat stat;
      Process *process;

      if (pid <= 0)
        continue;
      /* Another process has another inode, whatever its PID. */
      if (inode != 0
          && g_hash_table_lookup (old_others, GINT_TO_POINTER (pid)) == GSIZE_TO_POINTER (inode))
        {
          g_hash_table_insert (self->others, GINT_TO_POINTER (pid), GSIZE_TO_POINTER (inode));
          continue;
        }
      process = meet_again (self, pid, inode, all, &stat);
      if (process != NULL)
        {
          /* Those that are left in the old list are gone. */
          g_hash_table_remove (self->by_pid, GINT_TO_POINTER (pid));
        }
      else
        {
          process = meet_process (self, pid, inode, &stat, &other);
          if (other)
            g_hash_table_insert (self->others, GINT_TO_POINTER (pid), GSIZE_TO_POINTER (inode));
        }
      if (process == NULL)
        continue;
      read_tag_of (process);
      g_ptr_array_add (self->processes, process);
      g_array_append_val (stats, stat);
    }
  g_ptr_array_set_free_func (old, NULL);
  for (guint i = 0; i < old->len; i++)
    {
      Process *process = g_ptr_array_index (old, i);

      if (g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (process->key.pid)) == process)
        process_free (process);
    }
  g_array_unref (self->stats);
  self->stats = g_steal_pointer (&stats);
  index_processes (self);
}

static void
refresh (BhProcessScanner *self, gboolean all)
{
  pid_t newest;

  if (self->dir == NULL)
    self->dir = opendir ("/proc");
  if (self->dir == NULL)
    return;
  /* A process is given its PID a moment before it can be listed. So what was listed right after
   * something new had been started is listed once more. */
  newest = bh_process_get_newest ();
  self->settled = newest != 0 && newest == self->newest;
  self->newest = newest;
  self->reads++;
  list_processes (self, all);
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
  g_return_if_fail (BH_IS_PROCESS_SCANNER (self));

  refresh (self, TRUE);
}

/**
 * bh_process_scanner_look:
 * @self: a scanner
 * @now: the time
 * @age: how many microseconds the list may be old although something was started since
 *
 * Reads which processes there are, unless they are the same as before. In rare cases one is seen
 * two seconds late, so this is for figures and limits; who is about to act on all processes of an
 * instance asks for bh_process_scanner_refresh().
 */
void
bh_process_scanner_look (BhProcessScanner *self, gint64 now, gint64 age)
{
  gint64 old;

  g_return_if_fail (BH_IS_PROCESS_SCANNER (self));

  old = now - self->listed_at;
  if (self->listed_at == 0 || old >= LIST_AGE
      || (old >= age && (!self->settled || bh_process_get_newest () != self->newest)))
    {
      refresh (self, FALSE);
      self->listed_at = now;
    }
  else
    {
      self->reads++;
    }
}

/**
 * bh_process_scanner_release:
 * @self: a scanner
 *
 * Closes the descriptors that are held, as they are of no use while there is nothing to look for.
 */
void
bh_process_scanner_release (BhProcessScanner *self)
{
  g_return_if_fail (BH_IS_PROCESS_SCANNER (self));

  for (guint i = 0; i < self->processes->len; i++)
    bh_held_file_close (&((Process *) g_ptr_array_index (self->processes, i))->stat_fd);
}

/**
 * bh_process_scanner_get_newest:
 * @self: a scanner
 *
 * Returns: what bh_process_get_newest() told before the processes were listed last
 */
pid_t
bh_process_scanner_get_newest (BhProcessScanner *self)
{
  g_return_val_if_fail (BH_IS_PROCESS_SCANNER (self), 0);

  return self->newest;
}

static void
add_tagged (BhProcessScanner *self, Process *process)
{
  GArray *keys = g_hash_table_lookup (self->tagged, process->tag);

  if (keys == NULL)
    {
      keys = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
      g_hash_table_insert (self->tagged, process->tag, keys);
    }
  g_array_append_val (keys, process->key);
}

static void
make_tree (BhProcessScanner *self)
{
  if (self->tree != NULL)
    return;
  self->tree
      = bh_process_tree_new ((const BhProcStat *) (gpointer) self->stats->data, self->stats->len);
  self->tagged
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_array_unref);
  for (guint i = 0; i < self->processes->len; i++)
    {
      Process *process = g_ptr_array_index (self->processes, i);

      if (process->tag != NULL && *process->tag != '\0')
        add_tagged (self, process);
    }
}

/* Whether the process at the index lives, with its figures as of the last look. One that is not
 * known to be the instance's, and has another parent by now than the tree says, is seen as what it
 * is with the next list. */
static gboolean
is_there (BhProcessScanner *self, guint index)
{
  Process *process = g_ptr_array_index (self->processes, index);
  BhProcStat *stat = &g_array_index (self->stats, BhProcStat, index);
  BhProcStat now;

  if (process->read_at != self->reads)
    {
      if (!read_stat (process, process->key.pid, &now) || now.start_time != process->key.start_time
          || (!process->found && now.parent != stat->parent))
        return FALSE;
      process->read_at = self->reads;
      *stat = now;
    }
  process->found = TRUE;

  return TRUE;
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
  GArray *found, *tagged;

  g_return_val_if_fail (BH_IS_PROCESS_SCANNER (self), NULL);
  g_return_val_if_fail (instance != NULL && *instance != '\0', NULL);
  g_return_val_if_fail (known != NULL, NULL);

  make_tree (self);
  roots = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
  if (runner != NULL)
    g_array_append_val (roots, *runner);
  g_array_append_vals (roots, known->data, known->len);
  tagged = g_hash_table_lookup (self->tagged, instance);
  if (tagged != NULL)
    g_array_append_vals (roots, tagged->data, tagged->len);

  indices = bh_process_tree_find (self->tree, (const BhProcStat *) (gpointer) self->stats->data,
                                  (const BhProcessKey *) (gpointer) roots->data, roots->len);
  found = g_array_sized_new (FALSE, FALSE, sizeof (BhProcStat), indices->len);
  g_array_set_size (known, 0);
  for (guint i = 0; i < indices->len; i++)
    {
      guint index = g_array_index (indices, guint, i);
      const BhProcStat *stat = &g_array_index (self->stats, BhProcStat, index);
      BhProcessKey key = { .pid = stat->pid, .start_time = stat->start_time };

      if (!is_there (self, index))
        continue;
      g_array_append_val (known, key);
      if (runner != NULL && key.pid == runner->pid && key.start_time == runner->start_time)
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
