/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <unistd.h>

/*
 * What the app's network processes have sent and received, as they tell themselves: src/traffic has
 * the module that counts there. They write into a pipe which they open by its name below /proc, so
 * that nothing has to be inherited through WebKit, and nobody wakes for it while nothing passes.
 *
 * A network process that ends takes its sums with it, and the next one begins anew: what was told
 * last of each is kept.
 */

#define VARIABLE    "BULKHEAD_TRAFFIC"
#define MODULE      "libbulkhead-traffic.so"
#define MODULES     "GIO_EXTRA_MODULES"
#define INSTALLED   "bulkhead-traffic"
#define NOT_YET     "../traffic"
#define MIN_SECONDS 5

/* As the module writes it. */
typedef struct
{
  guint64 process;
  guint64 received;
  guint64 sent;
} Record;

struct _BhTraffic
{
  GObject parent_instance;

  int fds[2];
  guint source;
  guint rest;       /* until it is told again */
  gboolean is_news; /* something has come meanwhile */
  gboolean known;
  Record last;
  guint64 received, sent; /* of all before that */
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhTraffic, bh_traffic, G_TYPE_OBJECT)

static gboolean on_rested (gpointer user_data);

static void
tell (BhTraffic *self)
{
  self->is_news = self->rest != 0;
  if (self->is_news)
    return;
  self->rest = g_timeout_add_seconds (MIN_SECONDS, on_rested, self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
on_rested (gpointer user_data)
{
  BhTraffic *self = BH_TRAFFIC (user_data);

  self->rest = 0;
  if (self->is_news)
    tell (self);

  return G_SOURCE_REMOVE;
}

static void
take (BhTraffic *self, const Record *record)
{
  if (self->known && record->process != self->last.process)
    {
      self->received += self->last.received;
      self->sent += self->last.sent;
    }
  self->last = *record;
  self->known = TRUE;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  BhTraffic *self = BH_TRAFFIC (user_data);
  Record record;

  /* Each is written in one piece, and so it is read. */
  while (read (fd, &record, sizeof record) == sizeof record)
    {
      take (self, &record);
      tell (self);
    }

  return G_SOURCE_CONTINUE;
}

static void
bh_traffic_finalize (GObject *object)
{
  BhTraffic *self = BH_TRAFFIC (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->rest, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    if (self->fds[i] >= 0)
      close (self->fds[i]);

  G_OBJECT_CLASS (bh_traffic_parent_class)->finalize (object);
}

static void
bh_traffic_class_init (BhTrafficClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_traffic_finalize;

  /**
   * BhTraffic::changed:
   *
   * bh_traffic_get() tells something else; at most once in five seconds.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_traffic_init (BhTraffic *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_unix_open_pipe (self->fds, FD_CLOEXEC, &error)
      || !g_unix_set_fd_nonblocking (self->fds[0], TRUE, &error))
    {
      g_debug ("What goes through the network is not counted: %s", error->message);
      self->fds[0] = self->fds[1] = -1;
      return;
    }
  self->source = g_unix_fd_add (self->fds[0], G_IO_IN, on_readable, self);
}

/**
 * bh_traffic_new:
 *
 * Returns: (transfer full): traffic of which nothing is known yet
 */
BhTraffic *
bh_traffic_new (void)
{
  return g_object_new (BH_TYPE_TRAFFIC, NULL);
}

/**
 * bh_traffic_find_module_dir:
 *
 * Returns: (transfer full) (nullable): where the module lies, beside this program or in the build
 *   tree; %NULL when it is nowhere
 */
char *
bh_traffic_find_module_dir (void)
{
  static const char *const places[] = { INSTALLED, NOT_YET };
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = program != NULL ? g_path_get_dirname (program) : NULL;

  for (guint i = 0; directory != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *place = g_build_filename (directory, places[i], NULL);
      g_autofree char *module = g_build_filename (place, MODULE, NULL);

      if (g_file_test (module, G_FILE_TEST_IS_REGULAR))
        return g_canonicalize_filename (place, "/");
    }

  return NULL;
}

/**
 * bh_traffic_set_environment:
 * @self: traffic
 * @module_dir: where the module lies
 *
 * Has the network processes that are started from now on count. To be called while there is no
 * other thread.
 */
void
bh_traffic_set_environment (BhTraffic *self, const char *module_dir)
{
  const char *others = g_getenv (MODULES);
  g_autofree char *modules = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (BH_IS_TRAFFIC (self) && module_dir != NULL);

  if (self->fds[1] < 0)
    return;
  path = g_strdup_printf ("/proc/%d/fd/%d", (int) getpid (), self->fds[1]);
  modules = others != NULL && *others != '\0' ? g_strdup_printf ("%s:%s", others, module_dir)
                                              : g_strdup (module_dir);
  g_setenv (VARIABLE, path, TRUE);
  g_setenv (MODULES, modules, TRUE);
}

/**
 * bh_traffic_get:
 * @self: traffic
 * @received: (out): bytes that were received since this program began
 * @sent: (out): bytes that were sent
 *
 * Returns: whether that is known: whether a network process counts
 */
gboolean
bh_traffic_get (BhTraffic *self, guint64 *received, guint64 *sent)
{
  g_return_val_if_fail (BH_IS_TRAFFIC (self) && received != NULL && sent != NULL, FALSE);

  *received = self->received + self->last.received;
  *sent = self->sent + self->last.sent;

  return self->known;
}
