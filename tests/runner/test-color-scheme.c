/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-color-scheme.h"

#include "web-helpers.h"

/* With a portal of the test's own on the session's bus. */

#define NAMESPACE "org.freedesktop.appearance"

static const char introspection[]
    = "<node><interface name='org.freedesktop.portal.Settings'>"
      "<method name='Read'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='v' direction='out'/></method></interface></node>";

typedef struct
{
  GDBusConnection *bus;
  GDBusConnection *portal_bus;
  GtkSettings *settings;
  BhColorScheme *scheme;
  guint name_id;
  guint32 value;
  gboolean owned;
  guint reads;
} Fixture;

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *method_name,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->reads++;
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(v)", g_variant_new_variant (g_variant_new_uint32 (fixture->value))));
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ((Fixture *) user_data)->owned = TRUE;
}

static GDBusConnection *
open_bus (void)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);

  return bus;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const GDBusInterfaceVTable table = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GError) error = NULL;

  fixture->settings = gtk_settings_get_default ();
  fixture->bus = open_bus ();
  fixture->portal_bus = open_bus ();
  g_dbus_connection_register_object (fixture->portal_bus, "/org/freedesktop/portal/desktop",
                                     node->interfaces[0], &table, fixture, NULL, &error);
  g_assert_no_error (error);
  fixture->name_id
      = g_bus_own_name_on_connection (fixture->portal_bus, "org.freedesktop.portal.Desktop",
                                      G_BUS_NAME_OWNER_FLAGS_NONE, on_name_acquired, NULL, fixture,
                                      NULL);
  wait_for (fixture->owned);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->scheme);
  g_bus_unown_name (fixture->name_id);
  gtk_settings_reset_property (fixture->settings, "gtk-application-prefer-dark-theme");
  g_object_unref (fixture->portal_bus);
  g_object_unref (fixture->bus);
}

static gboolean
is_dark (Fixture *fixture)
{
  gboolean dark;

  g_object_get (fixture->settings, "gtk-application-prefer-dark-theme", &dark, NULL);

  return dark;
}

static void
change (Fixture *fixture, const char *key, GVariant *value)
{
  g_dbus_connection_emit_signal (fixture->portal_bus, NULL, "/org/freedesktop/portal/desktop",
                                 "org.freedesktop.portal.Settings", "SettingChanged",
                                 g_variant_new ("(ssv)", NAMESPACE, key, value), NULL);
}

static void
test_start (Fixture *fixture, gconstpointer data)
{
  fixture->value = 1;
  g_assert_false (is_dark (fixture));
  fixture->scheme = bh_color_scheme_new (fixture->bus, fixture->settings);
  wait_for (is_dark (fixture));
}

static void
test_change (Fixture *fixture, gconstpointer data)
{
  fixture->scheme = bh_color_scheme_new (fixture->bus, fixture->settings);
  wait_for (fixture->reads == 1);
  g_assert_false (is_dark (fixture));

  change (fixture, "color-scheme", g_variant_new_uint32 (1));
  wait_for (is_dark (fixture));
  /* What is not understood is no wish for dark; another setting is none at all. */
  change (fixture, "accent-color", g_variant_new_uint32 (0));
  change (fixture, "color-scheme", g_variant_new_string ("dark"));
  wait_for (!is_dark (fixture));
  change (fixture, "color-scheme", g_variant_new_uint32 (1));
  wait_for (is_dark (fixture));
  change (fixture, "color-scheme", g_variant_new_uint32 (2));
  wait_for (!is_dark (fixture));
}

static void
test_end (Fixture *fixture, gconstpointer data)
{
  fixture->value = 1;
  /* With an answer under way. */
  fixture->scheme = bh_color_scheme_new (fixture->bus, fixture->settings);
  g_object_run_dispose (G_OBJECT (fixture->scheme));
  wait_for (G_OBJECT (fixture->scheme)->ref_count == 1);
  g_assert_finalize_object (g_steal_pointer (&fixture->scheme));
  g_assert_false (is_dark (fixture));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/color-scheme/start", Fixture, NULL, set_up, test_start, tear_down);
  g_test_add ("/color-scheme/change", Fixture, NULL, set_up, test_change, tear_down);
  g_test_add ("/color-scheme/end", Fixture, NULL, set_up, test_end, tear_down);

  return g_test_run ();
}
