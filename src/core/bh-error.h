/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BhError:
 * @BH_ERROR_FAILED: something without a name of its own
 * @BH_ERROR_INVALID_MANIFEST: a manifest cannot be used; the message has member path and line
 * @BH_ERROR_INVALID_VALUE: a text is not the size, percentage, duration or id it should be
 * @BH_ERROR_NO_SUCH_APP: no installed app has that id
 * @BH_ERROR_BROKEN_APP: the app's manifest cannot be used
 * @BH_ERROR_NOT_RUNNING: the call needs a running instance
 * @BH_ERROR_LAUNCH_FAILED: the instance did not come up
 * @BH_ERROR_ENDED: the instance ended before the call was done
 * @BH_ERROR_TIMED_OUT: the deadline passed
 * @BH_ERROR_INVALID_URI: a URI is malformed or outside the app's scope
 * @BH_ERROR_INVALID_ARGUMENT: an argument or option of a call cannot be used
 *
 * The errors of Bulkhead's own; on D-Bus `io.github.bulkhead.Error.*`.
 */
typedef enum {
  BH_ERROR_FAILED,
  BH_ERROR_INVALID_MANIFEST,
  BH_ERROR_INVALID_VALUE,
  BH_ERROR_NO_SUCH_APP,
  BH_ERROR_BROKEN_APP,
  BH_ERROR_NOT_RUNNING,
  BH_ERROR_LAUNCH_FAILED,
  BH_ERROR_ENDED,
  BH_ERROR_TIMED_OUT,
  BH_ERROR_INVALID_URI,
  BH_ERROR_INVALID_ARGUMENT,
} BhError;

#define BH_N_ERRORS (BH_ERROR_INVALID_ARGUMENT + 1)

#define BH_ERROR (bh_error_quark ())
GQuark bh_error_quark (void);

G_END_DECLS
