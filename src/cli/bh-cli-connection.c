/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-connection.h"

#include "bh-app-id.h"
#include "bh-cli-dict.h"
#include "bh-dbus-public.h"
#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * The way to the service. Apps are read as the dictionaries that the bus carries, not as proxies:
 * a command asks once and ends, and a proxy for every installed app would cost more than that.
 *
 * What goes wrong on the way is told in the user's words: which service, and what to do.
 */

#define PROPERTIES_INTERFACE     "org.freedesktop.DBus.Properties"
#define OBJECT_MANAGER_INTERFACE "org.freedesktop.DBus.ObjectManager"

/* For what the bus itself knows. */
#define BUS_TIMEOUT 5000

static const char *
get_app_interface (void)
{
  return bh_dbus_app1_interface_info ()->name;
}

static const char *
get_supervisor_interface (void)
{
  return bh_dbus_supervisor1_interface_info ()->name;
}

static GVariant *
call (GDBusConnection *bus,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *parameters,
      const char *reply_type,
      int timeout,
      GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GVariant *reply;

  reply = g_dbus_connection_call_sync (bus, BH_SUPERVISOR_BUS_NAME, path, interface, method,
                                       parameters, G_VARIANT_TYPE (reply_type),
                                       G_DBUS_CALL_FLAGS_NONE, timeout, NULL, &local_error);
  if (reply == NULL)
    {
      bh_cli_connection_explain (&local_error);
      g_propagate_error (error, g_steal_pointer (&local_error));
    }

  return reply;
}

/* Without an address GIO would start a bus of its own through dbus-launch. It would be an empty
 * one, and stay behind. */
static gboolean
is_bus_known (void)
{
  g_autofree char *socket = NULL;

  if (g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL)
    return TRUE;
  socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  return g_file_test (socket, G_FILE_TEST_EXISTS);
}

/**
 * bh_cli_connection_open:
 * @error: return location for an error
 *
 * Connects to the session bus. The service is started by the first call, not by this.
 *
 * Returns: (transfer full) (nullable): the connection, or %NULL with an error for people
 */
GDBusConnection *
bh_cli_connection_open (GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GDBusConnection *bus = NULL;

  /* From here on GDBus knows our errors by name. */
  (void) bh_error_quark ();

  if (is_bus_known ())
    bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &local_error);
  else
    g_set_error_literal (&local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("DBUS_SESSION_BUS_ADDRESS is not set"));
  if (bus == NULL)
    {
      g_dbus_error_strip_remote_error (local_error);
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
                   _("the session bus can't be reached: %s; run this in a desktop session, or "
                     "after “dbus-run-session”"),
                   local_error->message);
      return NULL;
    }

  /* By default GIO kills the program when the bus goes away; we want to say so. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);

  return bus;
}

static char *
dup_explanation (const GError *error)
{
  const char *service = BH_SUPERVISOR_BUS_NAME;

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND))
    return g_strdup_printf (_("the session bus does not know the service %s: install Bulkhead, or "
                              "start bulkhead-supervisor yourself"),
                            service);

  if (error->domain == G_DBUS_ERROR && error->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED
      && error->code <= G_DBUS_ERROR_SPAWN_NO_MEMORY)
    return g_strdup_printf (_("the service %s could not be started: %s; “journalctl --user” may "
                              "say more"),
                            service, error->message);

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMED_OUT)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_strdup_printf (_("the service %s did not answer: %s; try again, and if it stays so, "
                              "end bulkhead-supervisor: the apps go on without it and the next "
                              "command starts it anew"),
                            service, error->message);

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return g_strdup_printf (_("the connection to the session bus was lost: %s"), error->message);

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_PROPERTY)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return g_strdup_printf (_("the service %s may be of another version than this program: %s; "
                              "“bulkheadctl version” shows both"),
                            service, error->message);

  return g_strdup_printf (_("the service %s could not do it: %s"), service, error->message);
}

/**
 * bh_cli_connection_explain:
 * @error: (inout): an error of a call to the service
 *
 * Turns the error into one for people: what the service itself said stays, without GDBus's
 * prefix; that it could not be reached, started or waited for is said with its name and what to
 * do about it.
 */
void
bh_cli_connection_explain (GError **error)
{
  g_autofree char *message = NULL;

  g_return_if_fail (error != NULL && *error != NULL);

  g_dbus_error_strip_remote_error (*error);
  if ((*error)->domain == BH_ERROR)
    return;

  message = dup_explanation (*error);
  g_clear_error (error);
  *error = g_error_new_literal (BH_ERROR, BH_ERROR_FAILED, message);
}

/* The id of the app that was probably meant. */
static char *
find_similar (GDBusConnection *bus, const char *id)
{
  g_autoptr (GPtrArray) apps = bh_cli_connection_list_apps (bus, NULL);
  g_autofree const char **words = NULL;
  const char *word;

  if (apps == NULL)
    return NULL;

  /* An even place is an id, the odd one after it the name of the same app. */
  words = g_new0 (const char *, 2 * apps->len);
  for (guint i = 0; i < apps->len; i++)
    {
      words[2 * i] = bh_cli_dict_get_string (g_ptr_array_index (apps, i), "Id");
      words[2 * i + 1] = bh_cli_dict_get_string (g_ptr_array_index (apps, i), "Name");
    }

  word = bh_text_suggest (id, words, 2 * apps->len);
  for (guint i = 0; word != NULL && i < 2 * apps->len; i++)
    if (words[i] == word)
      return g_strdup (words[i - i % 2]);

  return NULL;
}

/**
 * bh_cli_connection_no_such_app:
 * @bus: the session bus
 * @id: what the user typed
 *
 * Makes the error for an app that is not installed, with the one that was probably meant.
 *
 * Returns: (transfer full): the error, %BH_ERROR_NO_SUCH_APP
 */
GError *
bh_cli_connection_no_such_app (GDBusConnection *bus, const char *id)
{
  g_autofree char *quoted = NULL;
  g_autofree char *similar = NULL;
  g_autofree char *suggestion = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  quoted = bh_text_quote (id);
  similar = find_similar (bus, id);
  if (similar == NULL)
    return g_error_new (BH_ERROR, BH_ERROR_NO_SUCH_APP,
                        _("there is no app %s; “bulkheadctl list” shows what is installed"),
                        quoted);

  suggestion = bh_text_quote (similar);

  return g_error_new (BH_ERROR, BH_ERROR_NO_SUCH_APP,
                      _("there is no app %s; “bulkheadctl list” shows what is installed. Did you "
                        "mean %s?"),
                      quoted, suggestion);
}

typedef struct
{
  const char *name_key;
  const char *id_key;
} SortKeys;

static int
compare_apps (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SortKeys *keys = user_data;
  GVariant *app_a = *(GVariant *const *) a;
  GVariant *app_b = *(GVariant *const *) b;
  int order = g_utf8_collate (bh_cli_dict_get_string (app_a, keys->name_key),
                              bh_cli_dict_get_string (app_b, keys->name_key));

  if (order != 0)
    return order;

  return g_strcmp0 (bh_cli_dict_get_string (app_a, keys->id_key),
                    bh_cli_dict_get_string (app_b, keys->id_key));
}

/**
 * bh_cli_connection_sort_apps:
 * @apps: (element-type GVariant): dictionaries, an `a{sv}` for each app
 * @name_key: the key of the app's name
 * @id_key: the key of its id
 *
 * Sorts by name as the user's language does, and apps of the same name by id.
 */
void
bh_cli_connection_sort_apps (GPtrArray *apps, const char *name_key, const char *id_key)
{
  SortKeys keys = { name_key, id_key };

  g_return_if_fail (apps != NULL);

  g_ptr_array_sort_with_data (apps, compare_apps, &keys);
}

/**
 * bh_cli_connection_list_apps:
 * @bus: the session bus
 * @error: return location for an error
 *
 * Asks for the installed apps, broken ones included.
 *
 * Returns: (transfer full) (element-type GVariant) (nullable): the properties of App1 of each
 *   app, as an `a{sv}`, sorted by name; or %NULL with an error for people
 */
GPtrArray *
bh_cli_connection_list_apps (GDBusConnection *bus, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariantIter) objects = NULL;
  g_autoptr (GPtrArray) apps = NULL;
  GVariant *interfaces;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);

  reply = call (bus, BH_SUPERVISOR_OBJECT_PATH, OBJECT_MANAGER_INTERFACE, "GetManagedObjects", NULL,
                "(a{oa{sa{sv}}})", BH_CLI_QUERY_TIMEOUT, error);
  if (reply == NULL)
    return NULL;

  apps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_variant_get (reply, "(a{oa{sa{sv}}})", &objects);
  while (g_variant_iter_next (objects, "{&o@a{sa{sv}}}", NULL, &interfaces))
    {
      GVariant *properties
          = g_variant_lookup_value (interfaces, get_app_interface (), G_VARIANT_TYPE_VARDICT);

      if (properties != NULL)
        g_ptr_array_add (apps, properties);
      g_variant_unref (interfaces);
    }
  bh_cli_connection_sort_apps (apps, "Name", "Id");

  return g_steal_pointer (&apps);
}

static char *
find_path (GDBusConnection *bus, const char *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) found = NULL;
  char *path;

  found = call (bus, BH_SUPERVISOR_OBJECT_PATH, get_supervisor_interface (), "FindApp",
                g_variant_new ("(s)", id), "(o)", BH_CLI_QUERY_TIMEOUT, &local_error);
  if (g_error_matches (local_error, BH_ERROR, BH_ERROR_NO_SUCH_APP))
    {
      g_propagate_error (error, bh_cli_connection_no_such_app (bus, id));
      return NULL;
    }
  if (found == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  g_variant_get (found, "(o)", &path);

  return path;
}

/**
 * bh_cli_connection_find_app:
 * @bus: the session bus
 * @id: what the user typed: an app's uuid or slug
 * @error: return location for an error
 *
 * Asks for one app.
 *
 * Returns: (transfer full) (nullable): the properties of App1, as an `a{sv}`; or %NULL with an
 *   error for people, %BH_ERROR_NO_SUCH_APP when it is not installed
 */
GVariant *
bh_cli_connection_find_app (GDBusConnection *bus, const char *id, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  path = find_path (bus, id, error);
  if (path == NULL)
    return NULL;
  reply
      = call (bus, path, PROPERTIES_INTERFACE, "GetAll",
              g_variant_new ("(s)", get_app_interface ()), "(a{sv})", BH_CLI_QUERY_TIMEOUT, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

/**
 * bh_cli_connection_ask_app:
 * @bus: the session bus
 * @id: what the user typed: an app's uuid or slug
 * @method: a method of App1
 * @parameters: (nullable): its parameters; a floating reference is taken
 * @reply_type: the type of what it answers, a tuple
 * @timeout: how long that may take, in milliseconds
 * @error: return location for an error
 *
 * Calls a method of one app.
 *
 * Returns: (transfer full) (nullable): the answer; or %NULL with an error for people,
 *   %BH_ERROR_NO_SUCH_APP when the app is not installed
 */
GVariant *
bh_cli_connection_ask_app (GDBusConnection *bus,
                           const char *id,
                           const char *method,
                           GVariant *parameters,
                           const char *reply_type,
                           int timeout,
                           GError **error)
{
  g_autoptr (GVariant) owned = parameters != NULL ? g_variant_ref_sink (parameters) : NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);
  g_return_val_if_fail (id != NULL && method != NULL && reply_type != NULL, NULL);

  path = find_path (bus, id, error);
  if (path == NULL)
    return NULL;

  return call (bus, path, get_app_interface (), method, owned, reply_type, timeout, error);
}

/**
 * bh_cli_connection_call_app:
 * @bus: the session bus
 * @id: what the user typed: an app's uuid or slug
 * @method: a method of App1 that answers nothing
 * @parameters: (nullable): its parameters; a floating reference is taken
 * @error: return location for an error
 *
 * Does something to one app.
 *
 * Returns: %FALSE with an error for people, %BH_ERROR_NO_SUCH_APP when it is not installed
 */
gboolean
bh_cli_connection_call_app (GDBusConnection *bus,
                            const char *id,
                            const char *method,
                            GVariant *parameters,
                            GError **error)
{
  g_autoptr (GVariant) reply
      = bh_cli_connection_ask_app (bus, id, method, parameters, "()", BH_CLI_QUERY_TIMEOUT, error);

  return reply != NULL;
}

/**
 * bh_cli_connection_ask_service:
 * @bus: the session bus
 * @interface: an interface of the service's own object
 * @method: a method of it
 * @parameters: (nullable): its parameters; a floating reference is taken
 * @reply_type: the type of what it answers, a tuple
 * @timeout: how long that may take, in milliseconds
 * @error: return location for an error
 *
 * Calls a method of the service itself.
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with an error for people
 */
GVariant *
bh_cli_connection_ask_service (GDBusConnection *bus,
                               const char *interface,
                               const char *method,
                               GVariant *parameters,
                               const char *reply_type,
                               int timeout,
                               GError **error)
{
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);
  g_return_val_if_fail (interface != NULL && method != NULL && reply_type != NULL, NULL);

  return call (bus, BH_SUPERVISOR_OBJECT_PATH, interface, method, parameters, reply_type, timeout,
               error);
}

/**
 * bh_cli_connection_sample:
 * @bus: the session bus
 * @error: return location for an error
 *
 * Has all apps measured now.
 *
 * Returns: (transfer full) (nullable): an `aa{sv}` as Supervisor1.Sample documents it, or %NULL
 *   with an error for people
 */
GVariant *
bh_cli_connection_sample (GDBusConnection *bus, GError **error)
{
  g_autoptr (GVariant) reply
      = bh_cli_connection_ask_service (bus, get_supervisor_interface (), "Sample",
                                       g_variant_new ("(u)", 0), "(aa{sv})", BH_CLI_QUERY_TIMEOUT,
                                       error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

/**
 * bh_cli_connection_has_service:
 * @bus: the session bus
 *
 * Asks the bus, not the service: one that is slow to answer is there all the same.
 *
 * Returns: whether the service runs
 */
gboolean
bh_cli_connection_has_service (GDBusConnection *bus)
{
  g_autoptr (GVariant) reply = NULL;
  gboolean has = FALSE;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), FALSE);

  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "NameHasOwner",
                                       g_variant_new ("(s)", BH_SUPERVISOR_BUS_NAME),
                                       G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, BUS_TIMEOUT,
                                       NULL, NULL);
  if (reply != NULL)
    g_variant_get (reply, "(b)", &has);

  return has;
}

/**
 * bh_cli_connection_peek_version:
 * @bus: the session bus
 * @timeout: how long that may take, in milliseconds
 *
 * Asks for the version of the service without starting it.
 *
 * Returns: (transfer full) (nullable): the version, or %NULL when it does not run or not answer
 */
char *
bh_cli_connection_peek_version (GDBusConnection *bus, int timeout)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);

  reply = g_dbus_connection_call_sync (
      bus, BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH, PROPERTIES_INTERFACE, "Get",
      g_variant_new ("(ss)", get_supervisor_interface (), "Version"), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, timeout, NULL, NULL);
  if (reply == NULL)
    return NULL;

  g_variant_get (reply, "(v)", &value);

  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (value, NULL)
                                                             : NULL;
}
