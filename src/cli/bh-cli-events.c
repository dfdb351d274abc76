/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-events.h"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-follow.h"
#include "bh-cli-limits.h"
#include "bh-cli-text.h"
#include "bh-cli-time.h"

#include "bh-dbus-public.h"
#include "bh-error.h"
#include "bh-event.h"
#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * What has happened to apps: `events`. Asking and printing are here; that it goes on with
 * `--follow` is in bh-cli-follow.c.
 *
 * Lines have columns of a fixed width, for when the first is printed nobody knows the last.
 */

#define APP_WIDTH     14
#define KIND_WIDTH    13
#define DEFAULT_LIMIT 1000
/* How many past events `--follow` begins with, unless it is told. */
#define FOLLOW_LIMIT 10

static char *
dup_message (GVariant *event)
{
  const char *message = bh_cli_dict_get_string (event, "message");
  const char *detail = bh_cli_dict_get_string (event, "detail");

  return bh_cli_text_clean (*message != '\0' ? message : detail);
}

/**
 * bh_cli_events_dup_line:
 * @event: an event, as Journal1.Recorded documents it
 *
 * Returns: (transfer full): a line for people, with its end of line
 */
char *
bh_cli_events_dup_line (GVariant *event)
{
  const char *app = bh_cli_dict_get_string (event, "app");
  g_autofree char *clean = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *time = NULL;
  g_autofree char *message = NULL;
  const char *kind;
  guint64 microseconds;
  guint app_padding, kind_padding;

  g_return_val_if_fail (event != NULL, NULL);

  kind = bh_cli_dict_get_string (event, "kind");
  clean = bh_cli_text_clean (*app != '\0' ? app : BH_CLI_UNKNOWN);
  shown = bh_cli_text_shorten (clean, APP_WIDTH);
  app_padding = APP_WIDTH - bh_cli_text_get_width (shown);
  kind_padding = KIND_WIDTH - MIN (KIND_WIDTH, bh_cli_text_get_width (kind));
  bh_cli_dict_get_count (event, "time", &microseconds);
  time = bh_cli_time_format (microseconds, "%Y-%m-%d %H:%M:%S");
  message = dup_message (event);

  return g_strdup_printf ("%s  %s%*s  %s%*s  %s\n", time, shown, (int) app_padding, "", kind,
                          (int) kind_padding, "", message);
}

/**
 * bh_cli_events_build_json:
 * @builder: where to build
 * @event: an event, as Journal1.Recorded documents it
 *
 * Builds the object that `events --json` prints of it. Every member is always there.
 */
void
bh_cli_events_build_json (JsonBuilder *builder, GVariant *event)
{
  g_autofree char *time = NULL;
  guint64 microseconds;

  g_return_if_fail (JSON_IS_BUILDER (builder));
  g_return_if_fail (event != NULL);

  if (bh_cli_dict_get_count (event, "time", &microseconds))
    time = bh_cli_time_format_json (microseconds);

  json_builder_begin_object (builder);
  bh_cli_json_copy_count (builder, "number", event, "number");
  bh_cli_json_add_string (builder, "time", time);
  bh_cli_json_copy_string (builder, "kind", event, "kind");
  bh_cli_json_copy_text (builder, "app", event, "app");
  bh_cli_json_copy_text (builder, "name", event, "name");
  bh_cli_json_copy_text (builder, "instance", event, "instance");
  bh_cli_json_copy_text (builder, "reason", event, "reason");
  bh_cli_json_copy_text (builder, "detail", event, "detail");
  bh_cli_json_copy_text (builder, "message", event, "message");
  bh_cli_json_copy_count (builder, "pid", event, "pid");
  bh_cli_json_copy_count (builder, "memory", event, "memory");
  bh_cli_json_copy_count (builder, "memoryPeak", event, "memory-peak");
  bh_cli_limits_copy_time (builder, "cpuTime", event, "cpu-time");
  bh_cli_json_copy_number (builder, "uptime", event, "uptime");
  json_builder_end_object (builder);
}

static GVariant *
ask_for_app (GDBusConnection *bus, const BhCliEventsQuery *query, const char *app, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "limit", "u", query->limit);
  if (app != NULL)
    g_variant_dict_insert (&options, "app", "s", app);
  if (query->since > 0)
    g_variant_dict_insert (&options, "since", "t", query->since);
  if (query->until > 0)
    g_variant_dict_insert (&options, "until", "t", query->until);
  if (query->kinds != NULL)
    g_variant_dict_insert (&options, "kinds", "^as", query->kinds);
  reply = bh_cli_connection_ask_service (bus, bh_dbus_journal1_interface_info ()->name, "GetEvents",
                                         g_variant_new ("(@a{sv})", g_variant_dict_end (&options)),
                                         "(aa{sv})", BH_CLI_QUERY_TIMEOUT, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

static int
compare_events (gconstpointer a, gconstpointer b)
{
  guint64 number_a, number_b;

  bh_cli_dict_get_count (*(GVariant *const *) a, "number", &number_a);
  bh_cli_dict_get_count (*(GVariant *const *) b, "number", &number_b);

  return number_a < number_b ? -1 : number_a > number_b;
}

/**
 * bh_cli_events_ask:
 * @bus: the session bus
 * @query: which events are wanted
 * @error: return location for an error
 *
 * Asks for what has happened. The service tells of one app or of all; of several it is asked for
 * each.
 *
 * Returns: (transfer full) (element-type GVariant) (nullable): the events, the oldest first, or
 *   %NULL with an error for people
 */
GPtrArray *
bh_cli_events_ask (GDBusConnection *bus, const BhCliEventsQuery *query, GError **error)
{
  g_autoptr (GPtrArray) events = NULL;
  guint n_apps;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);
  g_return_val_if_fail (query != NULL, NULL);

  events = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  n_apps = query->apps != NULL ? g_strv_length (query->apps) : 0;
  for (guint i = 0; i < MAX (n_apps, 1); i++)
    {
      g_autoptr (GVariant) answer
          = ask_for_app (bus, query, n_apps > 0 ? query->apps[i] : NULL, error);

      if (answer == NULL)
        return NULL;
      for (gsize j = 0; j < g_variant_n_children (answer); j++)
        g_ptr_array_add (events, g_variant_get_child_value (answer, j));
    }

  g_ptr_array_sort (events, compare_events);
  if (events->len > query->limit)
    g_ptr_array_remove_range (events, 0, events->len - query->limit);

  return g_steal_pointer (&events);
}

/**
 * bh_cli_events_matches:
 * @query: which events are wanted
 * @event: an event
 *
 * Returns: whether it is of an app and of a kind that is wanted
 */
gboolean
bh_cli_events_matches (const BhCliEventsQuery *query, GVariant *event)
{
  g_return_val_if_fail (query != NULL && event != NULL, FALSE);

  if (query->apps != NULL
      && !g_strv_contains ((const char *const *) query->apps,
                           bh_cli_dict_get_string (event, "app")))
    return FALSE;

  return query->kinds == NULL
         || g_strv_contains ((const char *const *) query->kinds,
                             bh_cli_dict_get_string (event, "kind"));
}

static gboolean
check_kinds (const BhCliCommand *command, BhCliOutput *output, char **names)
{
  const char *kinds[BH_N_EVENT_KINDS];
  guint n = 0;

  /* That one is in the system's journal only. */
  for (guint i = 0; i < BH_N_EVENT_KINDS; i++)
    if (i != BH_EVENT_KILLED)
      kinds[n++] = bh_event_kind_to_string ((BhEventKind) i);
  for (; names != NULL && *names != NULL; names++)
    {
      g_autofree char *quoted = NULL;
      g_autofree char *message = NULL;
      const char *similar = NULL;
      gboolean known = FALSE;

      if (!bh_cli_command_take_text (command, output, names))
        return FALSE;
      for (guint i = 0; i < n; i++)
        known = known || g_str_equal (kinds[i], *names);
      if (known)
        continue;
      quoted = bh_text_quote (*names);
      similar = bh_text_suggest (*names, kinds, n);
      if (similar != NULL)
        message = g_strdup_printf (_("there is no kind %s; did you mean “%s”?"), quoted, similar);
      else
        message = g_strdup_printf (_("there is no kind %s of event"), quoted);
      bh_cli_command_misuse (command, output, message);
      return FALSE;
    }

  return TRUE;
}

static gboolean
parse_time (const BhCliCommand *command, BhCliOutput *output, char **text, guint64 *time)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GError) error = NULL;

  if (*text == NULL)
    return TRUE;
  if (!bh_cli_command_take_text (command, output, text))
    return FALSE;
  if (bh_cli_time_parse (*text, now, time, &error))
    return TRUE;
  bh_cli_command_misuse (command, output, error->message);

  return FALSE;
}

/**
 * bh_cli_events_parse_span:
 * @command: the command
 * @output: where complaints go
 * @since: (inout) (nullable): what `--since` was given
 * @until: (inout) (nullable): what `--until` was given
 * @begin: (out): when that is, or untouched
 * @end: (out): when that is, or untouched
 *
 * Reads the two options that commands about the past have.
 *
 * Returns: %FALSE after a complaint
 */
gboolean
bh_cli_events_parse_span (const BhCliCommand *command,
                          BhCliOutput *output,
                          char **since,
                          char **until,
                          guint64 *begin,
                          guint64 *end)
{
  if (!parse_time (command, output, since, begin) || !parse_time (command, output, until, end))
    return FALSE;
  if (*since == NULL || *until == NULL || *begin < *end)
    return TRUE;
  bh_cli_command_misuse (command, output, _("--until is not later than --since"));

  return FALSE;
}

/**
 * bh_cli_events_resolve_app:
 * @bus: the session bus
 * @app: (inout): an app as the user typed it
 * @error: return location for an error
 *
 * Makes it the id under which its past is kept. An app that is not installed any more has a past
 * all the same; it keeps the id that was typed.
 *
 * Returns: whether it is installed; without an error when it is not
 */
gboolean
bh_cli_events_resolve_app (GDBusConnection *bus, char **app, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) properties = bh_cli_connection_find_app (bus, *app, &local_error);

  if (properties != NULL)
    {
      g_free (*app);
      *app = g_strdup (bh_cli_dict_get_string (properties, "Id"));
      return TRUE;
    }
  if (!g_error_matches (local_error, BH_ERROR, BH_ERROR_NO_SUCH_APP))
    g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static void
print_json (BhCliOutput *output, GPtrArray *events)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < events->len; i++)
    bh_cli_events_build_json (builder, g_ptr_array_index (events, i));
  json_builder_end_array (builder);
  bh_cli_output_print_json (output, builder);
}

static BhCliExit
print_past (BhCliOutput *output, GDBusConnection *bus, const BhCliEventsQuery *query)
{
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GError) error = NULL;

  events = bh_cli_events_ask (bus, query, &error);
  /* Nothing of an app that is not installed: it was mistyped. */
  if (events != NULL && events->len == 0 && query->missing != NULL)
    error = bh_cli_connection_no_such_app (bus, query->missing);
  if (error != NULL)
    return bh_cli_command_fail (output, query->missing, error);

  if (bh_cli_output_get_json (output))
    print_json (output, events);
  else if (events->len == 0)
    bh_cli_output_print (output, _("Nothing of that kind has happened.\n"));
  for (guint i = 0; !bh_cli_output_get_json (output) && i < events->len; i++)
    {
      g_autofree char *line = bh_cli_events_dup_line (g_ptr_array_index (events, i));

      bh_cli_output_print (output, "%s", line);
    }

  return BH_CLI_DONE;
}

/**
 * bh_cli_events:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Tells what has happened to apps, and what happens.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_events (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  g_auto (GStrv) apps = NULL;
  g_auto (GStrv) wanted_kinds = NULL;
  g_autofree char *since = NULL;
  g_autofree char *until = NULL;
  gboolean follow = FALSE;
  int limit = 0;
  BhCliEventsQuery query = { 0 };
  BhCliExit exit_code;
  const GOptionEntry entries[] = {
    { "follow", 'f', 0, G_OPTION_ARG_NONE, &follow, N_("Go on with what happens, until Ctrl+C"),
      NULL },
    { "since", 's', 0, G_OPTION_ARG_FILENAME, &since, N_("Only what happened from then on"),
      N_("WHEN") },
    { "until", 'u', 0, G_OPTION_ARG_FILENAME, &until, N_("Only what happened before"), N_("WHEN") },
    { "app", 'a', 0, G_OPTION_ARG_FILENAME_ARRAY, &apps,
      N_("Only what happened to this app; can be given several times"), N_("ID") },
    { "kind", 'k', 0, G_OPTION_ARG_FILENAME_ARRAY, &wanted_kinds,
      N_("Only events of this kind; can be given several times"), N_("KIND") },
    { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_("The latest N only, instead of 1000"),
      N_("N") },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, entries, argv, &arguments, &exit_code))
    return exit_code;
  if ((apps != NULL && !bh_cli_command_take_texts (command, output, apps))
      || !check_kinds (command, output, wanted_kinds)
      || !bh_cli_events_parse_span (command, output, &since, &until, &query.since, &query.until))
    return BH_CLI_USAGE;
  if (limit < 0 || limit > BH_CLI_EVENTS_MAX_LIMIT)
    {
      bh_cli_command_misuse (command, output, _("--limit is a number from 1 to 10000"));
      return BH_CLI_USAGE;
    }
  if (follow && until != NULL)
    {
      bh_cli_command_misuse (command, output, _("--follow and --until can't be had together"));
      return BH_CLI_USAGE;
    }
  query.limit = limit > 0 ? (guint) limit : DEFAULT_LIMIT;
  if (follow && limit == 0 && since == NULL)
    query.limit = FOLLOW_LIMIT;
  query.apps = apps;
  query.kinds = wanted_kinds;

  bus = bh_cli_connection_open (&error);
  for (guint i = 0; bus != NULL && error == NULL && apps != NULL && apps[i] != NULL; i++)
    if (!bh_cli_events_resolve_app (bus, &apps[i], &error))
      query.missing = apps[i];
  if (error != NULL)
    {
      bh_cli_output_fail (output, NULL, error);
      return BH_CLI_FAILED;
    }

  return follow ? bh_cli_follow (output, bus, &query) : print_past (output, bus, &query);
}
