/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-guard.h"

#include "bh-held-file.h"

#include "bulkhead-guard.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

/*
 * The supervisor's end of bulkhead-guard, which continues what we have stopped should we die. It is
 * told of a process before that is stopped for the first time, and when that is not stopped any
 * more; so it sleeps through all the stops in between. It is started with the first process and
 * ends with the last one. When it dies itself there is another one at once.
 *
 * Without a guard processes are stopped all the same: the next supervisor continues them, too.
 */

/* Where the guard has its end of the pipe. */
#define GUARD_FD 3

struct _BhGuard
{
  GObject parent_instance;

  char *path;
  GHashTable *keys; /* set of BhProcessKey */
  GPid pid;
  int fd;        /* -1 when there is no guard */
  guint watch;   /* tells that it has died */
  gboolean told; /* that there can be none */
};

G_DEFINE_FINAL_TYPE (BhGuard, bh_guard, G_TYPE_OBJECT)

static void start_guard (BhGuard *self);

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

/* The guard continues everything, and ends. */
static void
let_go (BhGuard *self)
{
  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->fd >= 0)
    close (g_steal_fd (&self->fd));
}

/* Whether the guard knows. An order is written whole or not at all (pipe(7)). One that does not
 * read, because it was stopped itself, is as good as none. */
static gboolean
give_order (BhGuard *self, const BhProcessKey *key, BhGuardWhat what)
{
  BhGuardOrder order
      = { .pid = (int32_t) key->pid, .what = (uint32_t) what, .start_time = key->start_time };
  gssize written;

  if (self->fd < 0)
    return FALSE;
  do
    written = write (self->fd, &order, sizeof order);
  while (written < 0 && errno == EINTR);
  if (written == (gssize) sizeof order)
    return TRUE;

  g_debug ("The guard can't be reached: %s", g_strerror (errno));
  let_go (self);

  return FALSE;
}

/* The pipe breaks when nobody can read it any more. */
static gboolean
on_pipe_broken (int fd, GIOCondition condition, gpointer user_data)
{
  BhGuard *self = BH_GUARD (user_data);

  self->watch = 0;
  let_go (self);
  start_guard (self);

  return G_SOURCE_REMOVE;
}

/* Runs between fork and exec. A signal to our process group is not the guard's. */
static void
set_up_child (gpointer user_data)
{
  setsid ();
  bh_held_file_restore_limit ();
}

static gboolean
spawn (BhGuard *self, int fd, GError **error)
{
  g_autofree char *argument = g_strdup_printf ("%d", GUARD_FD);
  const char *argv[] = { self->path, argument, NULL };
  const int targets[] = { GUARD_FD };

  return g_spawn_async_with_pipes_and_fds (NULL, argv, NULL, G_SPAWN_DEFAULT, set_up_child, NULL,
                                           -1, -1, -1, &fd, targets, 1, &self->pid, NULL, NULL,
                                           NULL, error);
}

static void
start_guard (BhGuard *self)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer key;
  int ends[2];

  if (pipe2 (ends, O_CLOEXEC) < 0)
    {
      g_debug ("No pipe for a guard: %s", g_strerror (errno));
      return;
    }
  /* It must not be able to hold us up. */
  fcntl (ends[1], F_SETFL, O_NONBLOCK);
  if (!spawn (self, ends[0], &error))
    {
      if (!self->told)
        g_message ("Should the supervisor die while it holds an app back, the app stands still "
                   "until there is another one: %s",
                   error->message);
      self->told = TRUE;
      close (ends[0]);
      close (ends[1]);
      return;
    }
  close (ends[0]);
  self->fd = ends[1];
  self->watch = g_unix_fd_add (self->fd, G_IO_ERR, on_pipe_broken, self);

  g_hash_table_iter_init (&iter, self->keys);
  while (self->fd >= 0 && g_hash_table_iter_next (&iter, &key, NULL))
    give_order (self, key, BH_GUARD_WATCH);
}

static void
bh_guard_dispose (GObject *object)
{
  BhGuard *self = BH_GUARD (object);

  let_go (self);

  G_OBJECT_CLASS (bh_guard_parent_class)->dispose (object);
}

static void
bh_guard_finalize (GObject *object)
{
  BhGuard *self = BH_GUARD (object);

  g_clear_pointer (&self->keys, g_hash_table_unref);
  g_free (self->path);

  G_OBJECT_CLASS (bh_guard_parent_class)->finalize (object);
}

static void
bh_guard_class_init (BhGuardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_guard_dispose;
  object_class->finalize = bh_guard_finalize;
}

static void
bh_guard_init (BhGuard *self)
{
  self->fd = -1;
  self->keys = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
}

/**
 * bh_guard_new:
 * @path: the absolute path of bulkhead-guard
 *
 * Returns: (transfer full): a guard that is started when there is something to watch
 */
BhGuard *
bh_guard_new (const char *path)
{
  BhGuard *self;

  g_return_val_if_fail (path != NULL && g_path_is_absolute (path), NULL);

  self = g_object_new (BH_TYPE_GUARD, NULL);
  self->path = g_strdup (path);

  return self;
}

/**
 * bh_guard_watch:
 * @self: a guard
 * @key: a process that is about to be stopped
 *
 * Has the process continued when we die. A process that is watched already stays so.
 */
void
bh_guard_watch (BhGuard *self, const BhProcessKey *key)
{
  g_return_if_fail (BH_IS_GUARD (self));
  g_return_if_fail (key != NULL && key->pid > 1);

  if (!g_hash_table_add (self->keys, g_memdup2 (key, sizeof *key)) && self->fd >= 0)
    return;
  if (!give_order (self, key, BH_GUARD_WATCH))
    start_guard (self);
}

/**
 * bh_guard_forget:
 * @self: a guard
 * @key: a process that runs, or is gone
 *
 * Lets go of a process, which is not stopped any more. One that is not watched is no harm.
 */
void
bh_guard_forget (BhGuard *self, const BhProcessKey *key)
{
  g_return_if_fail (BH_IS_GUARD (self));
  g_return_if_fail (key != NULL);

  if (!g_hash_table_remove (self->keys, key))
    return;
  if (g_hash_table_size (self->keys) == 0)
    let_go (self);
  else if (!give_order (self, key, BH_GUARD_FORGET))
    start_guard (self);
}

/**
 * bh_guard_get_pid:
 * @self: a guard
 *
 * Returns: the PID of the program while it watches over something, otherwise 0
 */
pid_t
bh_guard_get_pid (BhGuard *self)
{
  g_return_val_if_fail (BH_IS_GUARD (self), 0);

  return self->fd >= 0 ? self->pid : 0;
}
