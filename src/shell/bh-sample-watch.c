/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-sample-watch.h"

/*
 * What the shell wants measured: whether at all, how often, and of which app the freshest. Several
 * parts of the shell may want figures at once. It is told to each new process of the supervisor
 * again; nobody wanting any, nothing is measured.
 */

typedef struct
{
  gpointer owner;
  char *path;
} Focus;

/* Whose processes somebody who holds wants to be told of. */
typedef struct
{
  gpointer owner;
  GStrv paths;
} Shown;

struct _BhSampleWatch
{
  GObject parent_instance;

  BhDBusSupervisor1 *supervisor;
  GCancellable *cancellable;
  guint n_holds;
  guint interval;
  GQueue focuses; /* the latest first */
  char *told_focus;
  GQueue shown;
  GStrv told_shown;
};

enum {
  SAMPLED,
  MACHINE_SAMPLED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhSampleWatch, bh_sample_watch, G_TYPE_OBJECT)

static void
focus_free (Focus *focus)
{
  g_free (focus->path);
  g_free (focus);
}

static void
shown_free (Shown *shown)
{
  g_strfreev (shown->paths);
  g_free (shown);
}

static void
on_watch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!bh_dbus_supervisor1_call_watch_finish (BH_DBUS_SUPERVISOR1 (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("The supervisor does not let itself be watched: %s", error->message);
}

static void
on_focus_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* The app may have been uninstalled since. */
  if (!bh_dbus_supervisor1_call_focus_finish (BH_DBUS_SUPERVISOR1 (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("The supervisor does not look closer at an app: %s", error->message);
}

static void
on_show_processes_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!bh_dbus_supervisor1_call_show_processes_finish (BH_DBUS_SUPERVISOR1 (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("The supervisor tells of all processes: %s", error->message);
}

static void
send_watch (BhSampleWatch *self)
{
  if (self->supervisor != NULL)
    bh_dbus_supervisor1_call_watch (self->supervisor, self->n_holds > 0 ? self->interval : 0,
                                    self->cancellable, on_watch_ready, NULL);
}

static void
send_focus (BhSampleWatch *self)
{
  Focus *focus = g_queue_peek_head (&self->focuses);
  const char *path = focus != NULL && self->n_holds > 0 ? focus->path : "/";

  if (self->supervisor == NULL || g_strcmp0 (self->told_focus, path) == 0)
    return;

  g_free (self->told_focus);
  self->told_focus = g_strdup (path);
  bh_dbus_supervisor1_call_focus (self->supervisor, path, self->cancellable, on_focus_ready, NULL);
}

static void
add_paths (GStrvBuilder *builder, const char *const *paths)
{
  for (gsize i = 0; paths[i] != NULL; i++)
    g_strv_builder_add (builder, paths[i]);
}

static void
send_shown (BhSampleWatch *self)
{
  static const char *const all[] = { "/", NULL };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  if (self->supervisor == NULL)
    return;

  /* Who has not said whose wants those of all. */
  if (g_queue_get_length (&self->shown) < MAX (self->n_holds, 1))
    add_paths (builder, all);
  else
    for (GList *link = self->shown.head; link != NULL; link = link->next)
      add_paths (builder, (const char *const *) ((Shown *) link->data)->paths);
  paths = g_strv_builder_end (builder);
  if (self->told_shown != NULL
      && g_strv_equal ((const char *const *) self->told_shown, (const char *const *) paths))
    return;

  bh_dbus_supervisor1_call_show_processes (self->supervisor, (const char *const *) paths,
                                           self->cancellable, on_show_processes_ready, NULL);
  g_strfreev (self->told_shown);
  self->told_shown = g_steal_pointer (&paths);
}

static void
on_sampled (BhDBusSupervisor1 *supervisor, GVariant *samples, BhSampleWatch *self)
{
  g_signal_emit (self, signals[SAMPLED], 0, samples);
}

static void
on_machine_sampled (BhDBusSupervisor1 *supervisor, GVariant *machine, BhSampleWatch *self)
{
  g_signal_emit (self, signals[MACHINE_SAMPLED], 0, machine);
}

static void
forget_supervisor (BhSampleWatch *self)
{
  if (self->supervisor != NULL)
    g_signal_handlers_disconnect_by_data (self->supervisor, self);
  g_clear_object (&self->supervisor);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->told_focus, g_free);
  g_clear_pointer (&self->told_shown, g_strfreev);
}

static void
bh_sample_watch_dispose (GObject *object)
{
  BhSampleWatch *self = BH_SAMPLE_WATCH (object);

  forget_supervisor (self);
  g_queue_clear_full (&self->focuses, (GDestroyNotify) focus_free);
  g_queue_clear_full (&self->shown, (GDestroyNotify) shown_free);

  G_OBJECT_CLASS (bh_sample_watch_parent_class)->dispose (object);
}

static void
bh_sample_watch_class_init (BhSampleWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_sample_watch_dispose;

  /**
   * BhSampleWatch::sampled:
   * @apps: an `aa{sv}`, as Supervisor1.Sampled documents it
   *
   * The apps were measured.
   */
  signals[SAMPLED] = g_signal_new ("sampled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_VARIANT);
  /**
   * BhSampleWatch::machine-sampled:
   * @machine: an `a{sv}`, as Supervisor1.MachineSampled documents it
   *
   * The machine was measured.
   */
  signals[MACHINE_SAMPLED]
      = g_signal_new ("machine-sampled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_VARIANT);
}

static void
bh_sample_watch_init (BhSampleWatch *self)
{
  self->interval = BH_SAMPLE_WATCH_INTERVAL;
  g_queue_init (&self->focuses);
  g_queue_init (&self->shown);
}

/**
 * bh_sample_watch_new:
 *
 * Returns: (transfer full): a watch that wants nothing measured
 */
BhSampleWatch *
bh_sample_watch_new (void)
{
  return g_object_new (BH_TYPE_SAMPLE_WATCH, NULL);
}

/**
 * bh_sample_watch_set_supervisor:
 * @self: a watch
 * @supervisor: (nullable): a process of the supervisor that was told nothing yet, or %NULL when it
 *   has gone
 * @cancellable: (nullable): goes with it
 *
 * Tells it what is wanted. That somebody watches also keeps it from exiting.
 */
void
bh_sample_watch_set_supervisor (BhSampleWatch *self,
                                BhDBusSupervisor1 *supervisor,
                                GCancellable *cancellable)
{
  g_return_if_fail (BH_IS_SAMPLE_WATCH (self));

  forget_supervisor (self);
  if (supervisor == NULL)
    return;

  self->supervisor = g_object_ref (supervisor);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->told_focus = g_strdup ("/");
  self->told_shown = g_strsplit ("/", ",", -1);
  g_signal_connect (supervisor, "sampled", G_CALLBACK (on_sampled), self);
  g_signal_connect (supervisor, "machine-sampled", G_CALLBACK (on_machine_sampled), self);
  send_watch (self);
  send_focus (self);
  send_shown (self);
}

/**
 * bh_sample_watch_set_interval:
 * @self: a watch
 * @interval: the milliseconds between two samples, 250 to 60000
 */
void
bh_sample_watch_set_interval (BhSampleWatch *self, guint interval)
{
  g_return_if_fail (BH_IS_SAMPLE_WATCH (self));
  g_return_if_fail (interval >= 250 && interval <= 60000);

  if (self->interval == interval)
    return;

  self->interval = interval;
  if (self->n_holds > 0)
    send_watch (self);
}

/**
 * bh_sample_watch_hold:
 * @self: a watch
 *
 * Has everything measured until bh_sample_watch_release() is called as often as this.
 */
void
bh_sample_watch_hold (BhSampleWatch *self)
{
  g_return_if_fail (BH_IS_SAMPLE_WATCH (self));

  if (self->n_holds++ == 0)
    {
      send_watch (self);
      send_focus (self);
    }
  send_shown (self);
}

/**
 * bh_sample_watch_release:
 * @self: a watch
 */
void
bh_sample_watch_release (BhSampleWatch *self)
{
  g_return_if_fail (BH_IS_SAMPLE_WATCH (self));
  g_return_if_fail (self->n_holds > 0);

  if (--self->n_holds == 0)
    {
      send_focus (self);
      send_watch (self);
    }
  send_shown (self);
}

static int
compare_owner (gconstpointer focus, gconstpointer owner)
{
  return ((const Focus *) focus)->owner == owner ? 0 : 1;
}

/**
 * bh_sample_watch_set_focus:
 * @self: a watch
 * @owner: who wants it; only compared
 * @path: (nullable): the object path of the app whose figures shall be the freshest, or %NULL when
 *   the owner wants none any more
 *
 * Of several owners the one that has spoken last decides.
 */
void
bh_sample_watch_set_focus (BhSampleWatch *self, gpointer owner, const char *path)
{
  GList *link;

  g_return_if_fail (BH_IS_SAMPLE_WATCH (self));

  link = g_queue_find_custom (&self->focuses, owner, compare_owner);
  if (link != NULL)
    {
      focus_free (link->data);
      g_queue_delete_link (&self->focuses, link);
    }
  if (path != NULL)
    {
      Focus *focus = g_new0 (Focus, 1);

      focus->owner = owner;
      focus->path = g_strdup (path);
      g_queue_push_head (&self->focuses, focus);
    }
  send_focus (self);
}

static int
compare_shown (gconstpointer shown, gconstpointer owner)
{
  return ((const Shown *) shown)->owner == owner ? 0 : 1;
}

/**
 * bh_sample_watch_show_processes:
 * @self: a watch
 * @owner: who wants to know, and holds; only compared
 * @paths: (nullable): the object paths of the apps of whose processes the owner wants to be told,
 * or %NULL when it releases
 *
 * While each who holds has said whose processes it wants, only those of these apps are told for
 * certain; otherwise those of all.
 */
void
bh_sample_watch_show_processes (BhSampleWatch *self, gpointer owner, const char *const *paths)
{
  GList *link;

  g_return_if_fail (BH_IS_SAMPLE_WATCH (self));

  link = g_queue_find_custom (&self->shown, owner, compare_shown);
  if (link != NULL)
    {
      shown_free (link->data);
      g_queue_delete_link (&self->shown, link);
    }
  if (paths != NULL)
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      Shown *shown = g_new0 (Shown, 1);

      add_paths (builder, paths);
      shown->owner = owner;
      shown->paths = g_strv_builder_end (builder);
      g_queue_push_head (&self->shown, shown);
    }
  send_shown (self);
}
