/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-permissions.h"

#include "bh-notice.h"
#include "bh-permission-store.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Answers what a page may use: from what the user said before, otherwise by asking with a notice.
 *
 *   notifications, location, camera, microphone, clipboard, cookies of another site: asked once
 *   screen: asked every time, for what is on it is never the same
 *   names of cameras and microphones: known to who may use one of them, as the web's standard has
 *     it, and never asked for
 *   pointer: given, with a hint how to get it back
 *   protected media, plugins and what is not known here: refused
 *
 * WebKit does not say which frame asks. It is the page that the user sees who is told to the user
 * and whose answer is kept; a frame of another site can ask only when that page lets it.
 */

/* A notice pushes the page down: a click that was meant for the page shall allow nothing. */
#define SETTLE_TIME       500
#define POINTER_HINT_TIME 6
/* Who is sent away this often is not heard again before the next start. */
#define MAX_DISMISSALS 3
/* How many requests wait for one answer; a page may ask in a loop. */
#define MAX_REQUESTS 16

typedef enum {
  KIND_NOTIFICATIONS = 1 << 0,
  KIND_GEOLOCATION = 1 << 1,
  KIND_CAMERA = 1 << 2,
  KIND_MICROPHONE = 1 << 3,
  KIND_SCREEN = 1 << 4,
  KIND_CLIPBOARD = 1 << 5,
  KIND_COOKIES = 1 << 6,
} Kind;

/* key: in the file; query: in navigator.permissions. */
static const struct
{
  Kind kind;
  const char *key;
  const char *query;
} kinds[] = {
  { KIND_NOTIFICATIONS, "notifications", "notifications" },
  { KIND_GEOLOCATION, "geolocation", "geolocation" },
  { KIND_CAMERA, "camera", "camera" },
  { KIND_MICROPHONE, "microphone", "microphone" },
  { KIND_CLIPBOARD, "clipboard", "clipboard-read" },
  { KIND_COOKIES, "cookies", NULL },
};

/* What is remembered about: all of a request's kinds, or none. */
#define KEPT_KINDS ((guint) ~KIND_SCREEN)

struct _BhPermissions
{
  GObject parent_instance;

  char *app_name;
  BhPermissionStore *store;
  GPtrArray *views; /* not owned */
  GPtrArray *asks;
  GHashTable *dismissals;
  GtkWidget *hint;
  guint hint_id;
};

/* A view and where its questions go; the view's signal handlers own it together. */
typedef struct
{
  BhPermissions *self;
  GtkBox *notices;
} Place;

/* A question that is open. */
typedef struct
{
  BhPermissions *self;
  WebKitWebView *view;
  char *origin;
  guint kinds;
  GPtrArray *requests;
  GtkWidget *notice;
  guint settle_id;
} Ask;

G_DEFINE_FINAL_TYPE (BhPermissions, bh_permissions, G_TYPE_OBJECT)

static void
clear_place (gpointer data)
{
  Place *place = data;

  g_object_unref (place->self);
  g_object_unref (place->notices);
}

static void
release_place (gpointer data, GClosure *closure)
{
  g_rc_box_release_full (data, clear_place);
}

static void
free_ask (gpointer data)
{
  Ask *ask = data;

  g_clear_handle_id (&ask->settle_id, g_source_remove);
  g_ptr_array_unref (ask->requests);
  g_object_unref (ask->view);
  g_free (ask->origin);
  g_free (ask);
}

static char *
dup_origin (const char *uri)
{
  g_autofree char *text = NULL;
  WebKitSecurityOrigin *origin;

  if (uri == NULL)
    return NULL;

  /* A page without an origin of its own, like data:, has no text. */
  origin = webkit_security_origin_new_for_uri (uri);
  text = webkit_security_origin_to_string (origin);
  webkit_security_origin_unref (origin);

  return g_steal_pointer (&text);
}

static char *
dup_asker (BhPermissions *self, const char *origin)
{
  g_autoptr (GUri) uri = g_uri_parse (origin, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "app") == 0 || g_uri_get_host (uri) == NULL)
    return g_strdup (self->app_name);

  return g_strdup_printf ("%s (%s)", self->app_name, g_uri_get_host (uri));
}

static char *
dup_question (guint asked, const char *who, WebKitPermissionRequest *request)
{
  switch (asked)
    {
    case KIND_NOTIFICATIONS:
      return g_strdup_printf (_("%s wants to show notifications"), who);
    case KIND_GEOLOCATION:
      return g_strdup_printf (_("%s wants to know where you are"), who);
    case KIND_CAMERA:
      return g_strdup_printf (_("%s wants to use your camera"), who);
    case KIND_MICROPHONE:
      return g_strdup_printf (_("%s wants to use your microphone"), who);
    case KIND_CAMERA | KIND_MICROPHONE:
      return g_strdup_printf (_("%s wants to use your camera and your microphone"), who);
    case KIND_CLIPBOARD:
      return g_strdup_printf (_("%s wants to read what you have copied"), who);
    case KIND_COOKIES:
      return g_strdup_printf (_("%s wants to let %s know who you are there"), who,
                              webkit_website_data_access_permission_request_get_requesting_domain (
                                  WEBKIT_WEBSITE_DATA_ACCESS_PERMISSION_REQUEST (request)));
    default:
      return g_strdup_printf (_("%s wants to see your screen"), who);
    }
}

static guint
get_kinds (WebKitPermissionRequest *request)
{
  guint found = 0;

  if (WEBKIT_IS_NOTIFICATION_PERMISSION_REQUEST (request))
    return KIND_NOTIFICATIONS;
  if (WEBKIT_IS_GEOLOCATION_PERMISSION_REQUEST (request))
    return KIND_GEOLOCATION;
  if (WEBKIT_IS_CLIPBOARD_PERMISSION_REQUEST (request))
    return KIND_CLIPBOARD;
  if (WEBKIT_IS_WEBSITE_DATA_ACCESS_PERMISSION_REQUEST (request))
    return KIND_COOKIES;

  if (WEBKIT_IS_USER_MEDIA_PERMISSION_REQUEST (request))
    {
      WebKitUserMediaPermissionRequest *media = WEBKIT_USER_MEDIA_PERMISSION_REQUEST (request);

      if (webkit_user_media_permission_is_for_display_device (media))
        return KIND_SCREEN;
      if (webkit_user_media_permission_is_for_video_device (media))
        found |= KIND_CAMERA;
      if (webkit_user_media_permission_is_for_audio_device (media))
        found |= KIND_MICROPHONE;
    }

  return found;
}

/* Cookies are a matter between two sites: the answer for one says nothing about another. */
static char *
dup_key (gsize i, WebKitPermissionRequest *request)
{
  if (kinds[i].kind != KIND_COOKIES)
    return g_strdup (kinds[i].key);

  return g_strdup_printf ("%s-%s", kinds[i].key,
                          webkit_website_data_access_permission_request_get_requesting_domain (
                              WEBKIT_WEBSITE_DATA_ACCESS_PERMISSION_REQUEST (request)));
}

static BhAnswer
look_up (BhPermissions *self, const char *origin, guint asked, WebKitPermissionRequest *request)
{
  BhAnswer sum = (asked & KEPT_KINDS) == asked ? BH_ANSWER_ALLOW : BH_ANSWER_NONE;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (asked & kinds[i].kind)
      {
        g_autofree char *key = dup_key (i, request);
        BhAnswer answer = bh_permission_store_get (self->store, origin, key);

        if (answer == BH_ANSWER_DENY)
          return BH_ANSWER_DENY;
        if (answer == BH_ANSWER_NONE)
          sum = BH_ANSWER_NONE;
      }

  return sum;
}

static void
keep (BhPermissions *self,
      const char *origin,
      guint asked,
      WebKitPermissionRequest *request,
      BhAnswer answer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (asked & kinds[i].kind & KEPT_KINDS)
      {
        g_autofree char *key = dup_key (i, request);
        g_autoptr (GError) error = NULL;

        if (!bh_permission_store_set (self->store, origin, key, answer, &error))
          g_message (_("The answer to what the app may use can’t be kept: %s"), error->message);
      }
}

static void
answer_request (WebKitPermissionRequest *request, BhAnswer answer)
{
  if (answer == BH_ANSWER_ALLOW)
    webkit_permission_request_allow (request);
  else
    webkit_permission_request_deny (request);
}

static char *
dup_dismissal_key (const char *origin, guint asked)
{
  return g_strdup_printf ("%u %s", asked, origin);
}

static guint
count_dismissals (BhPermissions *self, const char *origin, guint asked)
{
  g_autofree char *key = dup_dismissal_key (origin, asked);

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->dismissals, key));
}

static void
add_dismissal (BhPermissions *self, const char *origin, guint asked)
{
  guint count = count_dismissals (self, origin, asked);

  g_hash_table_insert (self->dismissals, dup_dismissal_key (origin, asked),
                       GUINT_TO_POINTER (count + 1));
}

static void on_notice_destroy (GtkWidget *notice, gpointer user_data);

/* Answers all requests of a question and takes it away. */
static void
close_ask (Ask *ask, BhAnswer answer)
{
  BhPermissions *self = ask->self;
  guint index;

  if (!g_ptr_array_find (self->asks, ask, &index))
    return;

  g_ptr_array_steal_index (self->asks, index);
  g_signal_handlers_disconnect_by_func (ask->notice, on_notice_destroy, ask);
  gtk_widget_destroy (ask->notice);
  for (guint i = 0; i < ask->requests->len; i++)
    answer_request (g_ptr_array_index (ask->requests, i), answer);
  free_ask (ask);
}

static void
on_notice_destroy (GtkWidget *notice, gpointer user_data)
{
  close_ask (user_data, BH_ANSWER_NONE);
}

static void
on_notice_response (GtkInfoBar *notice, int response, gpointer user_data)
{
  Ask *ask = user_data;
  BhAnswer answer = BH_ANSWER_NONE;

  if (response == GTK_RESPONSE_ACCEPT)
    answer = BH_ANSWER_ALLOW;
  else if (response == GTK_RESPONSE_REJECT)
    answer = BH_ANSWER_DENY;

  if (answer == BH_ANSWER_NONE)
    add_dismissal (ask->self, ask->origin, ask->kinds);
  else
    keep (ask->self, ask->origin, ask->kinds, g_ptr_array_index (ask->requests, 0), answer);
  close_ask (ask, answer);
}

static gboolean
on_settled (gpointer user_data)
{
  Ask *ask = user_data;

  ask->settle_id = 0;
  gtk_info_bar_set_response_sensitive (GTK_INFO_BAR (ask->notice), GTK_RESPONSE_ACCEPT, TRUE);

  return G_SOURCE_REMOVE;
}

/* A page that asks the same again while the question is open gets the same answer. */
static gboolean
join_ask (BhPermissions *self,
          WebKitWebView *view,
          const char *origin,
          guint asked,
          WebKitPermissionRequest *request)
{
  if (asked == KIND_COOKIES)
    return FALSE;

  for (guint i = 0; i < self->asks->len; i++)
    {
      Ask *ask = g_ptr_array_index (self->asks, i);

      if (ask->view == view && ask->kinds == asked && g_str_equal (ask->origin, origin))
        {
          if (ask->requests->len < MAX_REQUESTS)
            g_ptr_array_add (ask->requests, g_object_ref (request));
          else
            webkit_permission_request_deny (request);
          return TRUE;
        }
    }

  return FALSE;
}

static void
ask_user (Place *place,
          WebKitWebView *view,
          const char *origin,
          guint asked,
          WebKitPermissionRequest *request)
{
  BhPermissions *self = place->self;
  g_autofree char *who = dup_asker (self, origin);
  g_autofree char *question = dup_question (asked, who, request);
  Ask *ask = g_new0 (Ask, 1);

  ask->self = self;
  ask->view = g_object_ref (view);
  ask->origin = g_strdup (origin);
  ask->kinds = asked;
  ask->requests = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (ask->requests, g_object_ref (request));

  ask->notice = bh_notice_new (question, GTK_MESSAGE_QUESTION);
  bh_notice_add_button (BH_NOTICE (ask->notice), _("Don’t Allow"), GTK_RESPONSE_REJECT);
  bh_notice_add_button (BH_NOTICE (ask->notice), _("Allow"), GTK_RESPONSE_ACCEPT);
  gtk_info_bar_set_response_sensitive (GTK_INFO_BAR (ask->notice), GTK_RESPONSE_ACCEPT, FALSE);
  ask->settle_id = g_timeout_add (SETTLE_TIME, on_settled, ask);
  g_signal_connect (ask->notice, "response", G_CALLBACK (on_notice_response), ask);
  g_signal_connect (ask->notice, "destroy", G_CALLBACK (on_notice_destroy), ask);

  g_ptr_array_add (self->asks, ask);
  gtk_container_add (GTK_CONTAINER (place->notices), ask->notice);
}

static void
hide_hint (BhPermissions *self)
{
  g_clear_handle_id (&self->hint_id, g_source_remove);
  if (self->hint != NULL)
    gtk_widget_destroy (self->hint);
}

static gboolean
on_hint_timeout (gpointer user_data)
{
  BhPermissions *self = BH_PERMISSIONS (user_data);

  self->hint_id = 0;
  hide_hint (self);

  return G_SOURCE_REMOVE;
}

static void
on_hint_response (GtkInfoBar *hint, int response, gpointer user_data)
{
  hide_hint (BH_PERMISSIONS (user_data));
}

static void
show_pointer_hint (Place *place)
{
  BhPermissions *self = place->self;
  g_autofree char *text = NULL;

  hide_hint (self);
  text = g_strdup_printf (_("%s has taken the pointer. Press Escape to get it back."),
                          self->app_name);
  g_set_weak_pointer (&self->hint, bh_notice_new (text, GTK_MESSAGE_INFO));
  g_signal_connect_object (self->hint, "response", G_CALLBACK (on_hint_response), self, 0);
  gtk_container_add (GTK_CONTAINER (place->notices), self->hint);
  self->hint_id = g_timeout_add_seconds (POINTER_HINT_TIME, on_hint_timeout, self);
}

/* Whether the page may know the names of devices. */
static gboolean
may_use_a_device (BhPermissions *self, const char *origin)
{
  return bh_permission_store_get (self->store, origin, "camera") == BH_ANSWER_ALLOW
         || bh_permission_store_get (self->store, origin, "microphone") == BH_ANSWER_ALLOW;
}

static gboolean
on_permission_request (WebKitWebView *view, WebKitPermissionRequest *request, gpointer user_data)
{
  Place *place = user_data;
  BhPermissions *self = place->self;
  guint asked = get_kinds (request);
  g_autofree char *origin = dup_origin (webkit_web_view_get_uri (view));
  BhAnswer answer;

  if (WEBKIT_IS_POINTER_LOCK_PERMISSION_REQUEST (request))
    {
      show_pointer_hint (place);
      webkit_permission_request_allow (request);
      return TRUE;
    }

  if (origin == NULL)
    answer = BH_ANSWER_DENY;
  else if (WEBKIT_IS_DEVICE_INFO_PERMISSION_REQUEST (request))
    answer = may_use_a_device (self, origin) ? BH_ANSWER_ALLOW : BH_ANSWER_DENY;
  else if (asked == 0 || count_dismissals (self, origin, asked) >= MAX_DISMISSALS)
    answer = BH_ANSWER_DENY;
  else
    answer = look_up (self, origin, asked, request);

  if (answer != BH_ANSWER_NONE)
    answer_request (request, answer);
  else if (!join_ask (self, view, origin, asked, request))
    ask_user (place, view, origin, asked, request);

  return TRUE;
}

static gboolean
on_query_permission_state (WebKitWebView *view,
                           WebKitPermissionStateQuery *query,
                           gpointer user_data)
{
  Place *place = user_data;
  const char *name = webkit_permission_state_query_get_name (query);
  WebKitSecurityOrigin *origin = webkit_permission_state_query_get_security_origin (query);
  g_autofree char *text = origin != NULL ? webkit_security_origin_to_string (origin) : NULL;

  if (text == NULL)
    {
      webkit_permission_state_query_finish (query, WEBKIT_PERMISSION_STATE_DENIED);
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].query != NULL && g_strcmp0 (kinds[i].query, name) == 0)
      switch (bh_permission_store_get (place->self->store, text, kinds[i].key))
        {
        case BH_ANSWER_ALLOW:
          webkit_permission_state_query_finish (query, WEBKIT_PERMISSION_STATE_GRANTED);
          return TRUE;
        case BH_ANSWER_DENY:
          webkit_permission_state_query_finish (query, WEBKIT_PERMISSION_STATE_DENIED);
          return TRUE;
        case BH_ANSWER_NONE:
        default:
          break;
        }

  webkit_permission_state_query_finish (query, WEBKIT_PERMISSION_STATE_PROMPT);

  return TRUE;
}

/* The page that asked is gone. */
static void
close_asks_of (BhPermissions *self, WebKitWebView *view)
{
  for (guint i = self->asks->len; i > 0; i--)
    {
      Ask *ask = g_ptr_array_index (self->asks, i - 1);

      if (ask->view == view)
        close_ask (ask, BH_ANSWER_NONE);
    }
}

static void
on_load_changed (WebKitWebView *view, WebKitLoadEvent event, gpointer user_data)
{
  Place *place = user_data;

  if (event == WEBKIT_LOAD_COMMITTED)
    close_asks_of (place->self, view);
}

static void
on_web_process_terminated (WebKitWebView *view,
                           WebKitWebProcessTerminationReason reason,
                           gpointer user_data)
{
  Place *place = user_data;

  close_asks_of (place->self, view);
}

static void
on_destroy (WebKitWebView *view, gpointer user_data)
{
  Place *place = user_data;

  g_ptr_array_remove (place->self->views, view);
}

/* WebKit believes of a page that runs what it was told when the page asked. */
static gboolean
on_show_notification (WebKitWebView *view, WebKitNotification *notification, gpointer user_data)
{
  Place *place = user_data;
  g_autofree char *origin = dup_origin (webkit_web_view_get_uri (view));

  return origin == NULL
         || bh_permission_store_get (place->self->store, origin, "notifications")
                != BH_ANSWER_ALLOW;
}

static GList *
list_origins (BhPermissions *self, BhAnswer answer)
{
  g_auto (GStrv) origins = bh_permission_store_origins (self->store, "notifications", answer);
  GList *list = NULL;

  for (guint i = 0; origins[i] != NULL; i++)
    list = g_list_prepend (list, webkit_security_origin_new_for_uri (origins[i]));

  return list;
}

static void
free_origin (gpointer origin)
{
  webkit_security_origin_unref (origin);
}

static void
tell_notification_permissions (BhPermissions *self, WebKitWebContext *context)
{
  GList *allowed = list_origins (self, BH_ANSWER_ALLOW);
  GList *denied = list_origins (self, BH_ANSWER_DENY);

  webkit_web_context_initialize_notification_permissions (context, allowed, denied);
  g_list_free_full (allowed, free_origin);
  g_list_free_full (denied, free_origin);
}

/* Notification.permission is known to a page before it asks. */
static void
on_initialize_notification_permissions (WebKitWebContext *context, gpointer user_data)
{
  tell_notification_permissions (BH_PERMISSIONS (user_data), context);
}

/* What a page of @origin uses now, as far as WebKit lets it be taken away. */
static void
take_back (BhPermissions *self, WebKitWebView *view, const char *origin, const char *kind)
{
  g_autofree char *shown = dup_origin (webkit_web_view_get_uri (view));

  if (g_strcmp0 (shown, origin) != 0)
    return;
  if (g_str_equal (kind, "camera"))
    webkit_web_view_set_camera_capture_state (view, WEBKIT_MEDIA_CAPTURE_STATE_NONE);
  else if (g_str_equal (kind, "microphone"))
    webkit_web_view_set_microphone_capture_state (view, WEBKIT_MEDIA_CAPTURE_STATE_NONE);
}

/* Those that the answer decides. */
static void
answer_asks (BhPermissions *self, const char *origin)
{
  for (guint i = self->asks->len; i > 0; i--)
    {
      Ask *ask = g_ptr_array_index (self->asks, i - 1);
      BhAnswer answer;

      if (!g_str_equal (ask->origin, origin))
        continue;
      answer = look_up (self, origin, ask->kinds, g_ptr_array_index (ask->requests, 0));
      if (answer != BH_ANSWER_NONE)
        close_ask (ask, answer);
    }
}

static void
forget_dismissals (BhPermissions *self, const char *origin)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->dismissals);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_strcmp0 (strchr (key, ' ') + 1, origin) == 0)
      g_hash_table_iter_remove (&iter);
}

static void
bh_permissions_dispose (GObject *object)
{
  BhPermissions *self = BH_PERMISSIONS (object);

  while (self->asks->len > 0)
    close_ask (g_ptr_array_index (self->asks, 0), BH_ANSWER_NONE);
  hide_hint (self);
  g_clear_weak_pointer (&self->hint);

  G_OBJECT_CLASS (bh_permissions_parent_class)->dispose (object);
}

static void
bh_permissions_finalize (GObject *object)
{
  BhPermissions *self = BH_PERMISSIONS (object);

  g_ptr_array_unref (self->views);
  g_ptr_array_unref (self->asks);
  g_hash_table_unref (self->dismissals);
  g_clear_object (&self->store);
  g_free (self->app_name);

  G_OBJECT_CLASS (bh_permissions_parent_class)->finalize (object);
}

static void
bh_permissions_class_init (BhPermissionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_permissions_dispose;
  object_class->finalize = bh_permissions_finalize;
}

static void
bh_permissions_init (BhPermissions *self)
{
  self->views = g_ptr_array_new ();
  self->asks = g_ptr_array_new_with_free_func (free_ask);
  self->dismissals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * bh_permissions_new:
 * @state_dir: the app's own directory; the answers are kept in "permissions.ini" there
 * @app_name: the app's name, for the questions
 *
 * Returns: (transfer full): new permissions, with the answers of earlier runs
 */
BhPermissions *
bh_permissions_new (const char *state_dir, const char *app_name)
{
  BhPermissions *self;
  g_autofree char *path = NULL;

  g_return_val_if_fail (state_dir != NULL, NULL);
  g_return_val_if_fail (app_name != NULL, NULL);

  self = g_object_new (BH_TYPE_PERMISSIONS, NULL);
  path = g_build_filename (state_dir, BH_PERMISSION_FILE, NULL);
  self->app_name = g_strdup (app_name);
  self->store = bh_permission_store_new (path);

  return self;
}

static void
connect (WebKitWebView *view, const char *signal, GCallback callback, Place *place)
{
  g_signal_connect_data (view, signal, callback, g_rc_box_acquire (place), release_place, 0);
}

/**
 * bh_permissions_attach:
 * @self: permissions
 * @view: a view that has not loaded anything yet
 * @notices: where the questions of its pages appear
 *
 * Answers what the pages in @view ask for, as long as @view lives.
 */
void
bh_permissions_attach (BhPermissions *self, WebKitWebView *view, GtkBox *notices)
{
  WebKitWebContext *context;
  Place *place;

  g_return_if_fail (BH_IS_PERMISSIONS (self));
  g_return_if_fail (WEBKIT_IS_WEB_VIEW (view));
  g_return_if_fail (GTK_IS_BOX (notices));

  place = g_rc_box_new0 (Place);
  place->self = g_object_ref (self);
  place->notices = g_object_ref (notices);
  connect (view, "permission-request", G_CALLBACK (on_permission_request), place);
  connect (view, "query-permission-state", G_CALLBACK (on_query_permission_state), place);
  connect (view, "load-changed", G_CALLBACK (on_load_changed), place);
  connect (view, "show-notification", G_CALLBACK (on_show_notification), place);
  connect (view, "destroy", G_CALLBACK (on_destroy), place);
  g_ptr_array_add (self->views, view);
  connect (view, "web-process-terminated", G_CALLBACK (on_web_process_terminated), place);
  g_rc_box_release_full (place, clear_place);

  /* One connection for each context is enough. */
  context = webkit_web_view_get_context (view);
  g_signal_handlers_disconnect_by_func (context, on_initialize_notification_permissions, self);
  g_signal_connect_object (context, "initialize-notification-permissions",
                           G_CALLBACK (on_initialize_notification_permissions), self, 0);
}

/**
 * bh_permissions_answer:
 * @self: permissions
 * @origin: of a page
 * @kind: what the answer is about, as in the file
 * @answer: what the user has answered elsewhere; %BH_ANSWER_NONE is to be asked again
 *
 * Keeps an answer that nobody was asked for. It holds from the next request on, a question that is
 * open among them. Camera and microphone are taken from a page that uses them unless it is allowed
 * to, and its notifications are not shown any more. A place that a page already watches, and
 * cookies that it already has, it keeps until it is loaded again: WebKit has no way to take them.
 */
void
bh_permissions_answer (BhPermissions *self, const char *origin, const char *kind, BhAnswer answer)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BH_IS_PERMISSIONS (self));
  g_return_if_fail (origin != NULL && kind != NULL);

  if (!bh_permission_store_set (self->store, origin, kind, answer, &error))
    g_message (_("The answer to what the app may use can’t be kept: %s"), error->message);
  forget_dismissals (self, origin);
  answer_asks (self, origin);
  for (guint i = 0; i < self->views->len; i++)
    {
      WebKitWebView *view = g_ptr_array_index (self->views, i);

      if (answer != BH_ANSWER_ALLOW)
        take_back (self, view, origin, kind);
      if (g_str_equal (kind, "notifications"))
        tell_notification_permissions (self, webkit_web_view_get_context (view));
    }
}
