/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-view.h"

#include <gio/gio.h>

#include <string.h>

/*
 * A web view with what every page of an app gets: the settings, and the small script of ours
 * (bh-view.js) that says when something is painted, which links were followed within a frame, and
 * how far the page is scrolled. None of it is told by the engine. It also knows whether its web
 * process lives.
 */

#define SCRIPT_WORLD    "bulkhead"
#define SCRIPT_HANDLER  "bulkhead"
#define SCRIPT_RESOURCE "/io/github/bulkhead/Bulkhead/runner/bh-view.js"
#define FRAME_LINK      "frame-link "
#define SCROLL          "scroll "
/* Longer addresses are not remembered: such a link is taken for one of the whole page. */
#define MAX_FRAME_LINK 4096
/* No page is longer, in pixels. */
#define MAX_SCROLL 100000000

struct _BhView
{
  WebKitWebView parent_instance;

  WebKitUserContentManager *content;
  gboolean alive;
  gboolean painted;
  gboolean fullscreen;
  char *frame_link;
  gulong after_paint_id;
};

enum {
  SIGNAL_FIRST_PAINT,
  SIGNAL_SCROLLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhView, bh_view, WEBKIT_TYPE_WEB_VIEW)

/* With no device that renders, the GPU's buffers are made by the CPU and copied once more: 60 MiB
 * and 90 ms per app, as measured with WebKitGTK 2.50. */
static gboolean
has_render_node (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;

  return FALSE;
}

static WebKitSettings *
create_settings (void)
{
  WebKitSettings *settings = webkit_settings_new ();

  g_object_set (settings, "enable-developer-extras", TRUE, "enable-smooth-scrolling", TRUE,
                "enable-back-forward-navigation-gestures", TRUE,
                "javascript-can-open-windows-automatically", FALSE, NULL);
  if (!has_render_node ())
    webkit_settings_set_hardware_acceleration_policy (settings,
                                                      WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER);

  return settings;
}

static WebKitUserContentManager *
create_content (void)
{
  WebKitUserContentManager *content = webkit_user_content_manager_new ();
  g_autoptr (GBytes) source
      = g_resources_lookup_data (SCRIPT_RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  WebKitUserScript *script;

  g_assert (source != NULL);
  script = webkit_user_script_new_for_world (g_bytes_get_data (source, NULL),
                                             WEBKIT_USER_CONTENT_INJECT_ALL_FRAMES,
                                             WEBKIT_USER_SCRIPT_INJECT_AT_DOCUMENT_START,
                                             SCRIPT_WORLD, NULL, NULL);
  webkit_user_content_manager_add_script (content, script);
  webkit_user_script_unref (script);

  return content;
}

static void
on_after_paint (GdkFrameClock *clock, BhView *self)
{
  g_clear_signal_handler (&self->after_paint_id, clock);
  if (self->painted)
    return;

  self->painted = TRUE;
  g_signal_emit (self, signals[SIGNAL_FIRST_PAINT], 0);
}

/* The page has painted; it is seen once the window has, too. */
static void
await_frame (BhView *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (self->painted || self->after_paint_id != 0 || clock == NULL)
    return;

  self->after_paint_id = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
tell_scroll (BhView *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  gint64 left, top;

  if (g_strv_length (words) == 2
      && g_ascii_string_to_signed (words[0], 10, -MAX_SCROLL, MAX_SCROLL, &left, NULL)
      && g_ascii_string_to_signed (words[1], 10, -MAX_SCROLL, MAX_SCROLL, &top, NULL))
    g_signal_emit (self, signals[SIGNAL_SCROLLED], 0, (int) left, (int) top);
}

static void
on_script_message (WebKitUserContentManager *content,
                   WebKitJavascriptResult *result,
                   gpointer user_data)
{
  BhView *self = BH_VIEW (user_data);
  JSCValue *value = webkit_javascript_result_get_js_value (result);
  g_autofree char *text = NULL;

  if (!jsc_value_is_string (value))
    return;

  text = jsc_value_to_string (value);
  if (g_str_equal (text, "painted"))
    {
      await_frame (self);
    }
  else if (g_str_has_prefix (text, FRAME_LINK) && strlen (text) <= MAX_FRAME_LINK)
    {
      g_free (self->frame_link);
      self->frame_link = g_strdup (text + strlen (FRAME_LINK));
    }
  else if (g_str_has_prefix (text, SCROLL))
    {
      tell_scroll (self, text + strlen (SCROLL));
    }
}

static void
on_terminated (BhView *self, WebKitWebProcessTerminationReason reason)
{
  self->alive = FALSE;
}

static void
on_load_changed (BhView *self, WebKitLoadEvent event)
{
  if (event == WEBKIT_LOAD_COMMITTED)
    self->alive = TRUE;
}

static gboolean
on_enter_fullscreen (BhView *self)
{
  self->fullscreen = TRUE;

  return FALSE;
}

static gboolean
on_leave_fullscreen (BhView *self)
{
  self->fullscreen = FALSE;

  return FALSE;
}

static void
bh_view_unrealize (GtkWidget *widget)
{
  BhView *self = BH_VIEW (widget);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  if (clock != NULL)
    g_clear_signal_handler (&self->after_paint_id, clock);

  GTK_WIDGET_CLASS (bh_view_parent_class)->unrealize (widget);
}

static void
bh_view_constructed (GObject *object)
{
  BhView *self = BH_VIEW (object);

  G_OBJECT_CLASS (bh_view_parent_class)->constructed (object);

  self->content = g_object_ref (webkit_web_view_get_user_content_manager (WEBKIT_WEB_VIEW (self)));
  /* Connected before it is registered, so that no message is missed. */
  g_signal_connect_object (self->content, "script-message-received::" SCRIPT_HANDLER,
                           G_CALLBACK (on_script_message), self, 0);
  webkit_user_content_manager_register_script_message_handler_in_world (
      self->content, SCRIPT_HANDLER, SCRIPT_WORLD);
  g_signal_connect (self, "web-process-terminated", G_CALLBACK (on_terminated), NULL);
  g_signal_connect (self, "load-changed", G_CALLBACK (on_load_changed), NULL);
  g_signal_connect (self, "enter-fullscreen", G_CALLBACK (on_enter_fullscreen), NULL);
  g_signal_connect (self, "leave-fullscreen", G_CALLBACK (on_leave_fullscreen), NULL);
}

static void
bh_view_finalize (GObject *object)
{
  BhView *self = BH_VIEW (object);

  g_clear_object (&self->content);
  g_free (self->frame_link);

  G_OBJECT_CLASS (bh_view_parent_class)->finalize (object);
}

static void
bh_view_class_init (BhViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = bh_view_constructed;
  object_class->finalize = bh_view_finalize;
  widget_class->unrealize = bh_view_unrealize;

  /**
   * BhView::first-paint:
   *
   * Something of a page is on the screen for the first time.
   */
  signals[SIGNAL_FIRST_PAINT] = g_signal_new ("first-paint", BH_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0,
                                              NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhView::scrolled:
   * @left: pixels of the page's own from its left
   * @top: from its top
   *
   * The user, or the page, has scrolled it.
   */
  signals[SIGNAL_SCROLLED] = g_signal_new ("scrolled", BH_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void
bh_view_init (BhView *self)
{
  self->alive = TRUE;
}

/**
 * bh_view_new:
 * @context: the app's context
 *
 * Returns: (transfer floating): a view that shows nothing yet
 */
BhView *
bh_view_new (WebKitWebContext *context)
{
  g_autoptr (WebKitSettings) settings = create_settings ();
  g_autoptr (WebKitUserContentManager) content = create_content ();

  g_return_val_if_fail (WEBKIT_IS_WEB_CONTEXT (context), NULL);

  return g_object_new (BH_TYPE_VIEW, "web-context", context, "settings", settings,
                       "user-content-manager", content, NULL);
}

/**
 * bh_view_new_related:
 * @opener: a view whose page opens another
 *
 * The new page shares the opener's web process, as the web's rules for opened windows ask for.
 *
 * Returns: (transfer floating): a view that shows nothing yet
 */
BhView *
bh_view_new_related (BhView *opener)
{
  g_autoptr (WebKitUserContentManager) content = create_content ();

  g_return_val_if_fail (BH_IS_VIEW (opener), NULL);

  return g_object_new (BH_TYPE_VIEW, "related-view", opener, "settings",
                       webkit_web_view_get_settings (WEBKIT_WEB_VIEW (opener)),
                       "user-content-manager", content, NULL);
}

/**
 * bh_view_restore_scroll:
 * @self: a view whose page is loaded
 * @left: pixels of the page's own from its left
 * @top: from its top
 *
 * Scrolls the page to where it was once, as soon as it is long enough, unless the page or the user
 * does so.
 */
void
bh_view_restore_scroll (BhView *self, int left, int top)
{
  g_autofree char *script = NULL;

  g_return_if_fail (BH_IS_VIEW (self));

  script = g_strdup_printf ("bulkheadRestoreScroll (%d, %d)", left, top);
  webkit_web_view_evaluate_javascript (WEBKIT_WEB_VIEW (self), script, -1, SCRIPT_WORLD, NULL, NULL,
                                       NULL, NULL);
}

/**
 * bh_view_is_alive:
 * @self: a view
 *
 * Returns: whether its web process has not ended, or was started again
 */
gboolean
bh_view_is_alive (BhView *self)
{
  g_return_val_if_fail (BH_IS_VIEW (self), FALSE);

  return self->alive;
}

/**
 * bh_view_take_frame_link:
 * @self: a view
 * @uri: where a link leads that was just followed
 *
 * Whether the link is one within a frame of the page, so that the page itself stays. The answer is
 * given once for a click.
 *
 * Returns: %TRUE when it is
 */
gboolean
bh_view_take_frame_link (BhView *self, const char *uri)
{
  g_autofree char *link = NULL;

  g_return_val_if_fail (BH_IS_VIEW (self), FALSE);

  link = g_steal_pointer (&self->frame_link);

  return g_strcmp0 (link, uri) == 0;
}

/**
 * bh_view_take_fullscreen:
 * @self: a view
 *
 * Whether the page fills the screen. The answer is given once: the caller makes an end of it.
 *
 * Returns: %TRUE when it does
 */
gboolean
bh_view_take_fullscreen (BhView *self)
{
  gboolean fullscreen;

  g_return_val_if_fail (BH_IS_VIEW (self), FALSE);

  fullscreen = self->fullscreen;
  self->fullscreen = FALSE;

  return fullscreen;
}

typedef struct
{
  GType type;
  gboolean found;
} DialogSearch;

static void
find_dialog (GtkWidget *child, gpointer user_data)
{
  DialogSearch *search = user_data;

  if (g_type_is_a (G_OBJECT_TYPE (child), search->type))
    search->found = TRUE;
}

/* WebKit's dialogs lie within the view. Their types are not in its API, and have names. */
static gboolean
has_dialog (BhView *self, const char *type_name)
{
  DialogSearch search = { g_type_from_name (type_name), FALSE };

  if (search.type != 0)
    gtk_container_forall (GTK_CONTAINER (self), find_dialog, &search);

  return search.found;
}

/**
 * bh_view_has_dialog:
 * @self: a view
 *
 * Whether the page waits for an answer of the user's, and does nothing else meanwhile.
 *
 * Returns: %TRUE when it does
 */
gboolean
bh_view_has_dialog (BhView *self)
{
  g_return_val_if_fail (BH_IS_VIEW (self), FALSE);

  /* What alert, confirm, prompt and sign-in boxes derive from. */
  return has_dialog (self, "WebKitWebViewDialog");
}

/**
 * bh_view_has_script_dialog:
 * @self: a view
 *
 * Returns: whether the page itself asks or tells something and waits for the answer; unlike with
 *   bh_view_has_dialog(), a server's sign-in box does not count
 */
gboolean
bh_view_has_script_dialog (BhView *self)
{
  g_return_val_if_fail (BH_IS_VIEW (self), FALSE);

  return has_dialog (self, "WebKitScriptDialogImpl");
}
