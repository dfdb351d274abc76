/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-follow.h"

#include "bh-cli-connection.h"
#include "bh-cli-dict.h"

#include "bh-app-id.h"
#include "bh-dbus-public.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include <signal.h>
#include <unistd.h>

/*
 * `events --follow`: what happens, as it happens. It does not keep the service alive: when that
 * exits because nothing runs, or dies, this waits; and when it is there again it is asked for what
 * was missed in between. Every event has a number that counts on, so none is told twice.
 */

typedef struct
{
  BhCliOutput *output;
  GDBusConnection *bus;
  const BhCliEventsQuery *query;
  GMainLoop *loop;
  /* The latest that was told. */
  guint64 number;
  guint64 time;
  /* Whether the service may have gone since it was last asked: at first it could have done so
   * unseen. */
  gboolean lost;
  /* Whether the past has been told; what is recorded until then comes with it. */
  gboolean begun;
  BhCliExit exit_code;
} Follow;

static void
tell (Follow *follow, GVariant *event)
{
  guint64 number, time;

  bh_cli_dict_get_count (event, "number", &number);
  bh_cli_dict_get_count (event, "time", &time);
  /* A service that has lost its history counts from the beginning. */
  if (number <= follow->number && time <= follow->time)
    return;
  follow->number = number;
  follow->time = time;
  if (!bh_cli_events_matches (follow->query, event))
    return;

  if (bh_cli_output_get_json (follow->output))
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      bh_cli_events_build_json (builder, event);
      bh_cli_output_print_json_line (follow->output, builder);
    }
  else
    {
      g_autofree char *line = bh_cli_events_dup_line (event);

      bh_cli_output_print (follow->output, "%s", line);
    }
  if (bh_cli_output_is_broken (follow->output))
    {
      bh_cli_output_break (follow->output);
      g_main_loop_quit (follow->loop);
    }
}

static void
end (Follow *follow, GError *error)
{
  follow->exit_code = bh_cli_command_fail (follow->output, NULL, error);
  g_main_loop_quit (follow->loop);
}

/* Tells the past when it was not told yet, and afterwards what was missed. */
static void
catch_up (Follow *follow)
{
  BhCliEventsQuery query = *follow->query;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GError) error = NULL;

  if (follow->begun)
    {
      query.limit = BH_CLI_EVENTS_MAX_LIMIT;
      query.since = follow->time;
    }
  events = bh_cli_events_ask (follow->bus, &query, &error);
  if (events == NULL)
    {
      /* A service that came and went again will come again. */
      if (!follow->begun)
        end (follow, error);
      return;
    }
  follow->begun = TRUE;
  for (guint i = 0; i < events->len; i++)
    tell (follow, g_ptr_array_index (events, i));
}

static void
on_recorded (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal_name,
             GVariant *parameters,
             gpointer user_data)
{
  Follow *follow = user_data;
  g_autoptr (GVariant) event = NULL;

  if (!follow->begun || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(a{sv})")))
    return;
  event = g_variant_get_child_value (parameters, 0);
  tell (follow, event);
}

static void
on_name_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  Follow *follow = user_data;

  if (follow->lost)
    catch_up (follow);
  follow->lost = FALSE;
}

static void
on_name_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  Follow *follow = user_data;

  follow->lost = TRUE;
}

static gboolean
on_signal (gpointer user_data)
{
  Follow *follow = user_data;

  g_main_loop_quit (follow->loop);

  return G_SOURCE_CONTINUE;
}

/* Nobody reads any more. Without a look at it that would be noticed with the next event only. */
static gboolean
on_reader_gone (int fd, GIOCondition condition, gpointer user_data)
{
  Follow *follow = user_data;

  bh_cli_output_break (follow->output);
  g_main_loop_quit (follow->loop);

  return G_SOURCE_REMOVE;
}

static void
on_bus_closed (GDBusConnection *bus, gboolean peer_vanished, GError *reason, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  error = reason != NULL ? g_error_copy (reason)
                         : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, _("it has ended"));
  bh_cli_connection_explain (&error);
  end (user_data, error);
}

/**
 * bh_cli_follow:
 * @output: where events go, a line each
 * @bus: the session bus
 * @query: which events are wanted; its limit is about those that are past
 *
 * Tells of events until it is interrupted, or nobody reads what it tells.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_follow (BhCliOutput *output, GDBusConnection *bus, const BhCliEventsQuery *query)
{
  Follow follow
      = { .output = output, .bus = bus, .query = query, .lost = TRUE, .exit_code = BH_CLI_DONE };
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  guint subscription, watch;
  gulong closed;

  g_return_val_if_fail (output != NULL && query != NULL, BH_CLI_FAILED);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), BH_CLI_FAILED);

  follow.loop = g_main_loop_new (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], on_signal, &follow);
  g_unix_fd_add (STDOUT_FILENO, G_IO_ERR, on_reader_gone, &follow);
  closed = g_signal_connect (bus, "closed", G_CALLBACK (on_bus_closed), &follow);
  /* Before the question, so that nothing falls between. */
  subscription = g_dbus_connection_signal_subscribe (
      bus, BH_SUPERVISOR_BUS_NAME, bh_dbus_journal1_interface_info ()->name, "Recorded",
      BH_SUPERVISOR_OBJECT_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_recorded, &follow, NULL);
  catch_up (&follow);
  watch
      = g_bus_watch_name_on_connection (bus, BH_SUPERVISOR_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        on_name_appeared, on_name_vanished, &follow, NULL);

  if (follow.begun && !bh_cli_output_is_broken (output))
    g_main_loop_run (follow.loop);

  g_bus_unwatch_name (watch);
  g_dbus_connection_signal_unsubscribe (bus, subscription);
  g_signal_handler_disconnect (bus, closed);
  g_main_loop_unref (follow.loop);

  return follow.exit_code;
}
