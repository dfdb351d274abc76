/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-notices.h"
#include "bh-text.h"
#include "bh-window-handle.h"
#include "bh-window.h"

#include <glib/gi18n.h>

/* What a window does that needs nothing of what is in it: it is raised, tells something, and hands
 * addresses to other programs. */

typedef struct
{
  BhWindow *window; /* or NULL, once it is closed */
  char *uri;
} Outside;

static void
on_outside_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outside *outside = user_data;
  g_autoptr (GError) error = NULL;

  if (!bh_desk_client_open_finish (BH_DESK_CLIENT (source), result, &error)
      && outside->window != NULL)
    {
      g_autofree char *place = bh_text_quote (outside->uri);
      g_autofree char *text = g_strdup_printf (_("%s can’t be opened: %s"), place, error->message);

      bh_window_tell (outside->window, text);
    }
  g_clear_weak_pointer (&outside->window);
  g_free (outside->uri);
  g_free (outside);
}

/**
 * bh_window_open_outside:
 * @self: a window
 * @uri: an address
 *
 * Has the desktop open @uri with the default program, and says so when that fails.
 */
void
bh_window_open_outside (BhWindow *self, const char *uri)
{
  g_autofree char *token = NULL;
  Outside *outside;

  g_return_if_fail (BH_IS_WINDOW (self));
  g_return_if_fail (uri != NULL);

  token = bh_window_handle_new_token (GTK_WIDGET (self));
  outside = g_new0 (Outside, 1);
  g_set_weak_pointer (&outside->window, self);
  outside->uri = g_strdup (uri);
  bh_desk_client_open_uri_async (bh_window_get_desk (self), uri, token, on_outside_ready, outside);
}

/**
 * bh_window_tell:
 * @self: a window
 * @text: a message for the user
 *
 * Shows a message above the page until it is dismissed.
 */
void
bh_window_tell (BhWindow *self, const char *text)
{
  g_return_if_fail (BH_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  bh_notices_tell (BH_NOTICES (bh_window_get_notices (self)), text);
}

/**
 * bh_window_raise:
 * @self: a window
 * @activation_token: what lets the window take the focus, or ""
 *
 * Shows the window before all others.
 */
void
bh_window_raise (BhWindow *self, const char *activation_token)
{
  g_return_if_fail (BH_IS_WINDOW (self));
  g_return_if_fail (activation_token != NULL);

  if (*activation_token != '\0')
    gtk_window_set_startup_id (GTK_WINDOW (self), activation_token);
  gtk_window_present (GTK_WINDOW (self));
}
