/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-runtime-dir.h"

#include "bh-error.h"
#include "bh-paths.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/*
 * The directory of the records, and of the socket where runners come back. It bears the bus's own
 * GUID, so that two sessions of one user, each with a bus and a supervisor, do not take each
 * other's apps for their own. The socket has a directory of its own in it, since apps see the
 * directory that it is in.
 *
 * Somebody may clear it away while apps run: then nobody could take them over. That is noticed by
 * the socket, which is always there, and told, so that everything is made anew. (An app that is
 * enclosed goes on seeing the directory that is gone: the next supervisor can watch and end it, but
 * does not hear from it.)
 */

/* Milliseconds after a loss until it is told: whoever clears away may not be done. */
#define SETTLE 100

struct _BhRuntimeDir
{
  GObject parent_instance;

  BhClock *clock;
  char *base;
  char *path;
  char *channel_dir;
  char *socket;
  GFileMonitor *monitor;
  guint settle;
};

enum {
  LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhRuntimeDir, bh_runtime_dir, G_TYPE_OBJECT)

static void
drop_monitor (BhRuntimeDir *self)
{
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
}

static gboolean
on_settled (gpointer user_data)
{
  BhRuntimeDir *self = BH_RUNTIME_DIR (user_data);

  self->settle = 0;
  drop_monitor (self);
  g_signal_emit (self, signals[LOST], 0);

  return G_SOURCE_REMOVE;
}

static void
on_socket_changed (GFileMonitor *monitor,
                   GFile *file,
                   GFile *other,
                   GFileMonitorEvent event,
                   BhRuntimeDir *self)
{
  if (self->settle == 0 && !g_file_test (self->socket, G_FILE_TEST_EXISTS))
    self->settle = bh_clock_add_timer (self->clock, SETTLE, on_settled, self);
}

static void
bh_runtime_dir_dispose (GObject *object)
{
  BhRuntimeDir *self = BH_RUNTIME_DIR (object);

  drop_monitor (self);
  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->settle);

  G_OBJECT_CLASS (bh_runtime_dir_parent_class)->dispose (object);
}

static void
bh_runtime_dir_finalize (GObject *object)
{
  BhRuntimeDir *self = BH_RUNTIME_DIR (object);

  g_clear_object (&self->clock);
  g_free (self->base);
  g_free (self->path);
  g_free (self->channel_dir);
  g_free (self->socket);

  G_OBJECT_CLASS (bh_runtime_dir_parent_class)->finalize (object);
}

static void
bh_runtime_dir_class_init (BhRuntimeDirClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_runtime_dir_dispose;
  object_class->finalize = bh_runtime_dir_finalize;

  /**
   * BhRuntimeDir::lost:
   *
   * The socket is gone, and so may be the records and the directory.
   */
  signals[LOST] = g_signal_new ("lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
bh_runtime_dir_init (BhRuntimeDir *self)
{
}

/**
 * bh_runtime_dir_new:
 * @clock: timers
 * @bus_guid: the GUID of the session bus
 *
 * Returns: (transfer full): the directory, which need not exist yet
 */
BhRuntimeDir *
bh_runtime_dir_new (BhClock *clock, const char *bus_guid)
{
  BhRuntimeDir *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && bus_guid != NULL, NULL);

  self = g_object_new (BH_TYPE_RUNTIME_DIR, NULL);
  self->clock = g_object_ref (clock);
  self->base = bh_paths_dup_runtime_dir ();
  self->path = g_build_filename (self->base, bus_guid, NULL);
  self->channel_dir = g_build_filename (self->path, "channel", NULL);
  self->socket = g_build_filename (self->channel_dir, "socket", NULL);

  return self;
}

/**
 * bh_runtime_dir_make:
 * @self: the directory
 * @error: return location for an error
 *
 * Returns: whether it is there, for the user alone; otherwise %FALSE with %BH_ERROR_FAILED
 */
gboolean
bh_runtime_dir_make (BhRuntimeDir *self, GError **error)
{
  int code;

  g_return_val_if_fail (BH_IS_RUNTIME_DIR (self), FALSE);

  if (g_mkdir_with_parents (self->channel_dir, 0700) == 0 && g_chmod (self->base, 0700) == 0)
    return TRUE;

  code = errno;
  g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
               _("The runtime directory “%s” can't be made: %s. See that XDG_RUNTIME_DIR names a "
                 "directory of yours."),
               self->channel_dir, g_strerror (code));

  return FALSE;
}

/**
 * bh_runtime_dir_watch:
 * @self: the directory, with the socket in it
 *
 * Tells once when the socket is lost.
 */
void
bh_runtime_dir_watch (BhRuntimeDir *self)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BH_IS_RUNTIME_DIR (self));

  drop_monitor (self);
  file = g_file_new_for_path (self->socket);
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);
  if (self->monitor == NULL)
    {
      g_debug ("%s: %s", self->socket, error->message);
      return;
    }
  g_signal_connect (self->monitor, "changed", G_CALLBACK (on_socket_changed), self);
  /* It may have gone before that. */
  on_socket_changed (self->monitor, NULL, NULL, G_FILE_MONITOR_EVENT_DELETED, self);
}

/**
 * bh_runtime_dir_get_path:
 * @self: the directory
 *
 * Returns: (transfer none): where it is
 */
const char *
bh_runtime_dir_get_path (BhRuntimeDir *self)
{
  g_return_val_if_fail (BH_IS_RUNTIME_DIR (self), NULL);

  return self->path;
}

/**
 * bh_runtime_dir_get_socket:
 * @self: the directory
 *
 * Returns: (transfer none): where runners come back
 */
const char *
bh_runtime_dir_get_socket (BhRuntimeDir *self)
{
  g_return_val_if_fail (BH_IS_RUNTIME_DIR (self), NULL);

  return self->socket;
}
