/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-error.h"

/*
 * One error domain for the whole project, registered with GDBus under the names that the
 * interface documents, so that a client gets the same domain and code that the service set.
 */

static const GDBusErrorEntry entries[] = {
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

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == BH_N_ERRORS);

/**
 * bh_error_quark:
 *
 * The domain of [enum@Bh.Error]. The first call registers the D-Bus names.
 *
 * Returns: the quark
 */
GQuark
bh_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("bh-error-quark", &quark, entries, G_N_ELEMENTS (entries));

  return (GQuark) quark;
}
