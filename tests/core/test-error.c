/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"

/* What a service sets, a client gets back: domain, code and message. */
static void
test_round_trip (void)
{
  for (int code = 0; code < (int) BH_N_ERRORS; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (BH_ERROR, code, "why");
      g_autoptr (GError) received = NULL;
      g_autofree char *name = g_dbus_error_encode_gerror (error);

      g_assert_true (g_str_has_prefix (name, "io.github.bulkhead.Error."));
      g_assert_true (g_dbus_is_interface_name (name));
      received = g_dbus_error_new_for_dbus_error (name, "why");
      g_assert_error (received, BH_ERROR, code);
      g_dbus_error_strip_remote_error (received);
      g_assert_cmpstr (received->message, ==, "why");
    }
}

static void
test_names (void)
{
  static const struct
  {
    BhError code;
    const char *name;
  } names[] = {
    { BH_ERROR_FAILED, "io.github.bulkhead.Error.Failed" },
    { BH_ERROR_INVALID_MANIFEST, "io.github.bulkhead.Error.InvalidManifest" },
    { BH_ERROR_INVALID_VALUE, "io.github.bulkhead.Error.InvalidValue" },
    { BH_ERROR_NO_SUCH_APP, "io.github.bulkhead.Error.NoSuchApp" },
    { BH_ERROR_BROKEN_APP, "io.github.bulkhead.Error.BrokenApp" },
    { BH_ERROR_NOT_RUNNING, "io.github.bulkhead.Error.NotRunning" },
    { BH_ERROR_LAUNCH_FAILED, "io.github.bulkhead.Error.LaunchFailed" },
    { BH_ERROR_ENDED, "io.github.bulkhead.Error.Ended" },
    { BH_ERROR_TIMED_OUT, "io.github.bulkhead.Error.TimedOut" },
    { BH_ERROR_INVALID_URI, "io.github.bulkhead.Error.InvalidUri" },
    { BH_ERROR_INVALID_ARGUMENT, "io.github.bulkhead.Error.InvalidArgument" },
  };

  g_assert_cmpuint (G_N_ELEMENTS (names), ==, BH_N_ERRORS);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (BH_ERROR, (int) names[i].code, "");
      g_autofree char *name = g_dbus_error_encode_gerror (error);

      g_assert_cmpstr (name, ==, names[i].name);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/round-trip", test_round_trip);
  g_test_add_func ("/error/names", test_names);

  return g_test_run ();
}
