/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-navigation.h"

#include "bh-uri-policy.h"

/*
 * Carries out the app's URI policy: what is inside the scope is shown, other web pages go to the
 * default browser, the rest leads nowhere. The decisions are bh-uri-policy.c's; here is when they
 * are asked for.
 *
 * The policy is about the page of a window; what a page has in its frames is its own business.
 * When a navigation starts, WebKit does not say whose it is, so it is judged at once only where it
 * can be nobody's but the page's: a link, unless bh-view.js saw it followed within a frame, or a
 * new window. All others are judged when the answer has come and WebKit says that it is the page's
 * own, before anything of it is shown. A link can't wait for that: one that works only once would
 * be used up.
 */

struct _BhNavigation
{
  GObject parent_instance;

  BhManifest *manifest;
};

enum {
  SIGNAL_EXTERNAL,
  SIGNAL_NEW_VIEW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhNavigation, bh_navigation, G_TYPE_OBJECT)

/* Whether the view may go there. When it may not, the URI has been dealt with. */
static gboolean
admit (BhNavigation *self, BhView *view, const char *uri, gboolean by_user)
{
  switch (bh_uri_policy_check (self->manifest, uri))
    {
    case BH_URI_INSIDE:
      return TRUE;

    case BH_URI_EXTERNAL:
      g_debug ("outside the scope: %s", uri);
      g_signal_emit (self, signals[SIGNAL_EXTERNAL], 0, view, uri, by_user);
      return FALSE;

    case BH_URI_REFUSED:
    default:
      g_debug ("refused: %s", uri);
      return FALSE;
    }
}

/* What no engine can show, wherever it is to be shown. */
static gboolean
is_loadable (const char *uri)
{
  static const char *const schemes[] = { "http", "https", "app", "about", "blob", "data" };
  g_autofree char *scheme = g_uri_parse_scheme (uri);

  for (guint i = 0; scheme != NULL && i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strcasecmp (scheme, schemes[i]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
decide_navigation (BhNavigation *self, BhView *view, WebKitPolicyDecision *decision)
{
  WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action (
      WEBKIT_NAVIGATION_POLICY_DECISION (decision));
  const char *uri = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  gboolean by_user = webkit_navigation_action_is_user_gesture (action);
  gboolean is_link = webkit_navigation_action_get_navigation_type (action)
                     == WEBKIT_NAVIGATION_TYPE_LINK_CLICKED;

  if (is_link && bh_view_take_frame_link (view, uri))
    is_link = FALSE;
  if (!is_link && is_loadable (uri))
    return FALSE;
  if (admit (self, view, uri, by_user || is_link))
    return FALSE;

  webkit_policy_decision_ignore (decision);

  return TRUE;
}

static gboolean
decide_new_window (BhNavigation *self, BhView *view, WebKitPolicyDecision *decision)
{
  WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action (
      WEBKIT_NAVIGATION_POLICY_DECISION (decision));
  const char *uri = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  if (admit (self, view, uri, webkit_navigation_action_is_user_gesture (action)))
    return FALSE;

  webkit_policy_decision_ignore (decision);

  return TRUE;
}

static gboolean
decide_response (BhNavigation *self, BhView *view, WebKitPolicyDecision *decision)
{
  WebKitResponsePolicyDecision *response = WEBKIT_RESPONSE_POLICY_DECISION (decision);
  const char *uri
      = webkit_uri_response_get_uri (webkit_response_policy_decision_get_response (response));

  if (webkit_response_policy_decision_is_main_frame_main_resource (response)
      && !admit (self, view, uri, FALSE))
    {
      webkit_policy_decision_ignore (decision);
      return TRUE;
    }

  if (!webkit_response_policy_decision_is_mime_type_supported (response))
    {
      webkit_policy_decision_download (decision);
      return TRUE;
    }

  return FALSE;
}

static gboolean
on_decide_policy (BhView *view,
                  WebKitPolicyDecision *decision,
                  WebKitPolicyDecisionType type,
                  gpointer user_data)
{
  BhNavigation *self = BH_NAVIGATION (user_data);

  switch (type)
    {
    case WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION:
      return decide_navigation (self, view, decision);
    case WEBKIT_POLICY_DECISION_TYPE_NEW_WINDOW_ACTION:
      return decide_new_window (self, view, decision);
    case WEBKIT_POLICY_DECISION_TYPE_RESPONSE:
      return decide_response (self, view, decision);
    default:
      return FALSE;
    }
}

static GtkWidget *
on_create (BhView *view, WebKitNavigationAction *action, gpointer user_data)
{
  BhNavigation *self = BH_NAVIGATION (user_data);
  const char *uri = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  BhView *created;

  /* window.open () without an address asks for an empty page. */
  if (uri != NULL && *uri != '\0'
      && !admit (self, view, uri, webkit_navigation_action_is_user_gesture (action)))
    return NULL;

  created = bh_view_new_related (view);
  bh_navigation_attach (self, created);
  g_signal_emit (self, signals[SIGNAL_NEW_VIEW], 0, created);

  return GTK_WIDGET (created);
}

static void
bh_navigation_finalize (GObject *object)
{
  BhNavigation *self = BH_NAVIGATION (object);

  g_clear_pointer (&self->manifest, bh_manifest_unref);

  G_OBJECT_CLASS (bh_navigation_parent_class)->finalize (object);
}

static void
bh_navigation_class_init (BhNavigationClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_navigation_finalize;

  /**
   * BhNavigation::external:
   * @view: the view whose page leads there
   * @uri: an address that another program should open
   * @by_user: whether the user has just asked for it, with a click; otherwise the page alone did,
   *   and must not start other programs
   */
  signals[SIGNAL_EXTERNAL]
      = g_signal_new ("external", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                      BH_TYPE_VIEW, G_TYPE_STRING, G_TYPE_BOOLEAN);

  /**
   * BhNavigation::new-view:
   * @view: a view that a page opens; it is to be put in a window, and shown when it is
   *   `ready-to-show`
   */
  signals[SIGNAL_NEW_VIEW] = g_signal_new ("new-view", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, BH_TYPE_VIEW);
}

static void
bh_navigation_init (BhNavigation *self)
{
}

/**
 * bh_navigation_new:
 * @manifest: the app
 *
 * Returns: (transfer full): what keeps the app's views in their scope
 */
BhNavigation *
bh_navigation_new (BhManifest *manifest)
{
  BhNavigation *self;

  g_return_val_if_fail (manifest != NULL, NULL);

  self = g_object_new (BH_TYPE_NAVIGATION, NULL);
  self->manifest = bh_manifest_ref (manifest);

  return self;
}

/**
 * bh_navigation_attach:
 * @self: a navigation
 * @view: one of the app's views
 *
 * Decides from now on where @view goes.
 */
void
bh_navigation_attach (BhNavigation *self, BhView *view)
{
  g_return_if_fail (BH_IS_NAVIGATION (self));
  g_return_if_fail (BH_IS_VIEW (view));

  g_signal_connect_object (view, "decide-policy", G_CALLBACK (on_decide_policy), self, 0);
  g_signal_connect_object (view, "create", G_CALLBACK (on_create), self, 0);
}
