/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top-feed.h"

#include "bh-cli-connection.h"

#include "bh-app-id.h"
#include "bh-dbus-public.h"

#include <glib/gi18n.h>

/*
 * The samples that the service sends, for as long as somebody wants them. A service that is gone is
 * called for again: apps go on without it, and the next one has them.
 */

/* Milliseconds until a service that is gone, or did not come, is called for again. */
#define RETRY_DELAY 1000

struct _BhCliTopFeed
{
  GDBusConnection *bus;
  guint interval;
  const BhCliTopFeedFuncs *funcs;
  gpointer user_data;
  GCancellable *cancellable;
  char *focus;
  guint sampled;
  guint machine_sampled;
  guint name_watch;
  guint retry;
  gulong closed;
  /* Whether the first sample was asked for, and whether it has come. */
  gboolean begun;
  gboolean sampled_once;
  GVariant *first;
};

static void watch (BhCliTopFeed *self);

static void
call (BhCliTopFeed *self, const char *method, GVariant *parameters, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->bus, BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH,
                          bh_dbus_supervisor1_interface_info ()->name, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, BH_CLI_QUERY_TIMEOUT,
                          callback != NULL ? self->cancellable : NULL, callback,
                          callback != NULL ? self : NULL);
}

static gboolean
on_retry (gpointer user_data)
{
  BhCliTopFeed *self = user_data;

  self->retry = 0;
  watch (self);

  return G_SOURCE_REMOVE;
}

static void
retry_later (BhCliTopFeed *self)
{
  if (self->retry == 0)
    self->retry = g_timeout_add (RETRY_DELAY, on_retry, self);
}

static void
take_sample (BhCliTopFeed *self, GVariant *parameters)
{
  g_autoptr (GVariant) content = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(aa{sv})"))
      && !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(a{sv})")))
    return;
  content = g_variant_get_child_value (parameters, 0);
  if (g_variant_is_of_type (content, G_VARIANT_TYPE ("aa{sv}")))
    self->funcs->sampled (content, self->user_data);
  else
    self->funcs->machine_sampled (content, self->user_data);
}

/* Both are there, or will not come; from here on those that are sent are good enough. */
static void
end_first (BhCliTopFeed *self, GVariant *machine)
{
  self->sampled_once = TRUE;
  if (machine != NULL)
    take_sample (self, machine);
  if (self->first != NULL)
    take_sample (self, self->first);
  g_clear_pointer (&self->first, g_variant_unref);
}

static void
on_machine_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end_first (user_data, reply);
}

static void
on_sample_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  BhCliTopFeed *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->first = g_steal_pointer (&reply);
  call (self, "SampleMachine", NULL, on_machine_ready);
}

/* Nobody likes to look at nothing until the first interval has passed, nor at apps whose CPU nobody
 * knows yet: this is measured over a quarter of a second. The machine's share is that between two
 * calls. */
static void
ask_first (BhCliTopFeed *self)
{
  self->begun = TRUE;
  call (self, "SampleMachine", NULL, NULL);
  call (self, "Sample", g_variant_new ("(u)", 0), on_sample_ready);
}

static void
on_watch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  BhCliTopFeed *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      bh_cli_connection_explain (&error);
      self->funcs->changed (error->message, self->user_data);
      retry_later (self);
      return;
    }
  self->funcs->changed (NULL, self->user_data);
  if (!self->begun)
    ask_first (self);
  if (self->focus != NULL)
    call (self, "Focus", g_variant_new ("(o)", self->focus), NULL);
}

static void
watch (BhCliTopFeed *self)
{
  call (self, "Watch", g_variant_new ("(u)", self->interval), on_watch_ready);
}

static void
on_sampled (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *interface,
            const char *signal_name,
            GVariant *parameters,
            gpointer user_data)
{
  BhCliTopFeed *self = user_data;

  if (self->sampled_once)
    take_sample (self, parameters);
}

static void
on_name_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  /* Whoever it is, it does not know us. */
  watch (user_data);
}

static void
on_name_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  BhCliTopFeed *self = user_data;

  /* At first it may just not have been started yet. */
  if (self->begun)
    self->funcs->changed (_("the service is gone; waiting for the next one"), self->user_data);
  /* The call has it started. */
  watch (self);
}

static void
on_closed (GDBusConnection *bus, gboolean peer_vanished, GError *reason, gpointer user_data)
{
  BhCliTopFeed *self = user_data;
  g_autofree char *message = NULL;

  message = g_strdup_printf (_("the connection to the session bus was lost: %s"),
                             reason != NULL ? reason->message : _("it has ended"));
  self->funcs->ended (message, self->user_data);
}

static guint
subscribe (BhCliTopFeed *self, const char *name)
{
  return g_dbus_connection_signal_subscribe (self->bus, BH_SUPERVISOR_BUS_NAME,
                                             bh_dbus_supervisor1_interface_info ()->name, name,
                                             BH_SUPERVISOR_OBJECT_PATH, NULL,
                                             G_DBUS_SIGNAL_FLAGS_NONE, on_sampled, self, NULL);
}

/**
 * bh_cli_top_feed_new:
 * @bus: the session bus
 * @interval: milliseconds between two samples
 * @funcs: what to call
 * @user_data: for @funcs
 *
 * Asks for samples, and has the service started for it.
 *
 * Returns: (transfer full): the feed
 */
BhCliTopFeed *
bh_cli_top_feed_new (GDBusConnection *bus,
                     guint interval,
                     const BhCliTopFeedFuncs *funcs,
                     gpointer user_data)
{
  BhCliTopFeed *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);
  g_return_val_if_fail (funcs != NULL, NULL);

  self = g_new0 (BhCliTopFeed, 1);
  self->bus = g_object_ref (bus);
  self->interval = interval;
  self->funcs = funcs;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->closed = g_signal_connect (bus, "closed", G_CALLBACK (on_closed), self);
  self->sampled = subscribe (self, "Sampled");
  self->machine_sampled = subscribe (self, "MachineSampled");
  self->name_watch
      = g_bus_watch_name_on_connection (bus, BH_SUPERVISOR_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        on_name_appeared, on_name_vanished, self, NULL);

  return self;
}

/**
 * bh_cli_top_feed_free:
 * @self: (transfer full): a feed
 *
 * Wants no more samples.
 */
void
bh_cli_top_feed_free (BhCliTopFeed *self)
{
  g_return_if_fail (self != NULL);

  g_cancellable_cancel (self->cancellable);
  g_bus_unwatch_name (self->name_watch);
  g_dbus_connection_signal_unsubscribe (self->bus, self->sampled);
  g_dbus_connection_signal_unsubscribe (self->bus, self->machine_sampled);
  g_signal_handler_disconnect (self->bus, self->closed);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_object_unref (self->cancellable);
  g_object_unref (self->bus);
  g_clear_pointer (&self->first, g_variant_unref);
  g_free (self->focus);
  g_free (self);
}

/**
 * bh_cli_top_feed_focus:
 * @self: a feed
 * @path: the app whose figures matter most, or "/"
 *
 * Says for whom the service is to measure most exactly.
 */
void
bh_cli_top_feed_focus (BhCliTopFeed *self, const char *path)
{
  g_return_if_fail (self != NULL && path != NULL);

  if (g_strcmp0 (self->focus, path) == 0 || !g_variant_is_object_path (path))
    return;
  g_free (self->focus);
  self->focus = g_strdup (path);
  call (self, "Focus", g_variant_new ("(o)", path), NULL);
}
