/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-last-words.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * What a library says before it ends the program, which GLib does after an error in the log: the
 * supervisor is told, so that people read more than a signal's name.
 *
 * WebKit does so when one of its processes does not come up. It waits for a first sign of life on
 * a socket, and a process that ends before that takes the program with it ("readPIDFromPeer").
 */

#define FIRST_SIGN "PID socket"

static const char *
find_message (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && fields[i].length < 0)
      return fields[i].value;

  return "";
}

static void
report (BhChannel *channel, const char *message)
{
  g_autofree char *text = NULL;

  if (strstr (message, FIRST_SIGN) != NULL)
    text = g_strdup (_("A process of WebKit, which shows the app, could not be started or ended at "
                       "once. See that WebKitGTK is installed whole, and start the app again."));
  else
    text = g_strdup_printf (_("The app ended itself after an error: %s"), message);
  bh_channel_failed (channel, text);
}

static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  GLogWriterOutput output
      = g_log_writer_default (level & ~G_LOG_FLAG_FATAL, fields, n_fields, NULL);

  /* Elsewhere it could be the channel's own thread, which nobody could wait for. */
  if ((level & G_LOG_LEVEL_ERROR) != 0 && g_main_context_is_owner (NULL))
    report (user_data, find_message (fields, n_fields));

  return output;
}

/**
 * bh_last_words_install:
 * @channel: the channel to the supervisor
 *
 * Has the supervisor told of errors that end this program. It is called once, before anything that
 * could fail in such a way.
 */
void
bh_last_words_install (BhChannel *channel)
{
  g_return_if_fail (BH_IS_CHANNEL (channel));

  g_log_set_writer_func (on_log, g_object_ref (channel), g_object_unref);
}
