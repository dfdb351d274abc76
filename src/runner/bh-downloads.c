/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-downloads.h"

/*
 * The downloads of one app, newest first: what its pages start, from the start until the user has
 * seen the end.
 */

/* A page may download without end; the strip shows the last ones. */
#define MAX_ENDED 50

struct _BhDownloads
{
  GObject parent_instance;

  WebKitWebContext *context;
  BhDeskClient *desk;
  GListStore *list;
  gboolean active;
  char *slug;
  char *directory;

  /* Whose next attempt is being started. */
  BhDownload *retried;
};

enum {
  PROP_0,
  PROP_CONTEXT,
  PROP_ACTIVE,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhDownloads, bh_downloads, G_TYPE_OBJECT)

static BhDownload *
get_item (BhDownloads *self, guint index)
{
  g_autoptr (BhDownload) item = g_list_model_get_item (G_LIST_MODEL (self->list), index);

  return item;
}

static void
update_active (BhDownloads *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  gboolean active = FALSE;

  for (guint i = 0; i < n && !active; i++)
    active = bh_download_get_state (get_item (self, i)) == BH_DOWNLOAD_RUNNING;

  if (self->active == active)
    return;

  self->active = active;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
}

static void
on_changed (BhDownload *download, gpointer user_data)
{
  update_active (BH_DOWNLOADS (user_data));
}

/* WebKit can't download what only this process serves. */
static gboolean
is_app_file (BhDownloads *self, BhDownload *download)
{
  g_autofree char *scheme = g_uri_parse_scheme (bh_download_get_uri (download));

  return self->directory != NULL && g_strcmp0 (scheme, "app") == 0;
}

static gboolean
is_followed (BhDownloads *self, WebKitDownload *transfer)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));

  for (guint i = 0; i < n; i++)
    if (bh_download_get_transfer (get_item (self, i)) == transfer)
      return TRUE;

  return FALSE;
}

static void
forget_oldest (BhDownloads *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  guint ended = 0;

  /* One comes at a time, so one is enough. */
  for (guint i = 0; i < n; i++)
    if (bh_download_get_state (get_item (self, i)) != BH_DOWNLOAD_RUNNING && ++ended > MAX_ENDED)
      {
        g_list_store_remove (self->list, i);
        return;
      }
}

static void
add (BhDownloads *self, BhDownload *download)
{
  g_signal_connect_object (download, "changed", G_CALLBACK (on_changed), self, 0);
  g_list_store_insert (self->list, 0, download);
  forget_oldest (self);
}

static void
on_download_started (WebKitWebContext *context, WebKitDownload *transfer, gpointer user_data)
{
  BhDownloads *self = BH_DOWNLOADS (user_data);
  g_autoptr (BhDownload) download = NULL;

  if (is_followed (self, transfer))
    return;

  if (self->retried != NULL)
    {
      bh_download_follow (self->retried, transfer);
      return;
    }

  download = bh_download_new (transfer, self->desk);
  add (self, download);
  if (is_app_file (self, download))
    bh_download_copy (download, self->slug, self->directory);
  update_active (self);
}

static void
bh_downloads_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhDownloads *self = BH_DOWNLOADS (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      g_value_set_object (value, self->context);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_downloads_set_property (GObject *object,
                           guint property_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  BhDownloads *self = BH_DOWNLOADS (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      self->context = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_downloads_constructed (GObject *object)
{
  BhDownloads *self = BH_DOWNLOADS (object);

  G_OBJECT_CLASS (bh_downloads_parent_class)->constructed (object);

  g_signal_connect_object (self->context, "download-started", G_CALLBACK (on_download_started),
                           self, 0);
}

static void
bh_downloads_dispose (GObject *object)
{
  BhDownloads *self = BH_DOWNLOADS (object);

  g_list_store_remove_all (self->list);
  g_clear_object (&self->context);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (bh_downloads_parent_class)->dispose (object);
}

static void
bh_downloads_finalize (GObject *object)
{
  BhDownloads *self = BH_DOWNLOADS (object);

  g_object_unref (self->list);
  g_free (self->slug);
  g_free (self->directory);

  G_OBJECT_CLASS (bh_downloads_parent_class)->finalize (object);
}

static void
bh_downloads_class_init (BhDownloadsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bh_downloads_get_property;
  object_class->set_property = bh_downloads_set_property;
  object_class->constructed = bh_downloads_constructed;
  object_class->dispose = bh_downloads_dispose;
  object_class->finalize = bh_downloads_finalize;

  /**
   * BhDownloads:context:
   *
   * Whose downloads these are.
   */
  props[PROP_CONTEXT]
      = g_param_spec_object ("context", NULL, NULL, WEBKIT_TYPE_WEB_CONTEXT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * BhDownloads:active:
   *
   * Whether any is running, and would be lost with the app.
   */
  props[PROP_ACTIVE]
      = g_param_spec_boolean ("active", NULL, NULL, FALSE,
                              G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
bh_downloads_init (BhDownloads *self)
{
  self->list = g_list_store_new (BH_TYPE_DOWNLOAD);
}

/**
 * bh_downloads_new:
 * @context: the context whose downloads are followed
 * @desk: who saves them
 *
 * Returns: (transfer full): the downloads, none yet
 */
BhDownloads *
bh_downloads_new (WebKitWebContext *context, BhDeskClient *desk)
{
  BhDownloads *self;

  g_return_val_if_fail (WEBKIT_IS_WEB_CONTEXT (context), NULL);
  g_return_val_if_fail (BH_IS_DESK_CLIENT (desk), NULL);

  self = g_object_new (BH_TYPE_DOWNLOADS, "context", context, NULL);
  self->desk = g_object_ref (desk);

  return self;
}

/**
 * bh_downloads_get_desk:
 * @self: downloads
 *
 * Returns: (transfer none): who saves them
 */
BhDeskClient *
bh_downloads_get_desk (BhDownloads *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOADS (self), NULL);

  return self->desk;
}

/**
 * bh_downloads_serve_app:
 * @self: downloads
 * @slug: the app's slug, the host of its app:// addresses
 * @directory: (nullable): the absolute path of the app's files, or %NULL or "" when it has none
 *
 * Makes downloads of the app's own files work: those that are app://@slug/… are copied.
 */
void
bh_downloads_serve_app (BhDownloads *self, const char *slug, const char *directory)
{
  g_return_if_fail (BH_IS_DOWNLOADS (self));
  g_return_if_fail (slug != NULL);

  g_free (self->slug);
  g_free (self->directory);
  self->slug = g_strdup (slug);
  self->directory = directory != NULL && *directory != '\0' ? g_strdup (directory) : NULL;
}

/**
 * bh_downloads_get_active:
 * @self: downloads
 *
 * Returns: whether any is running
 */
gboolean
bh_downloads_get_active (BhDownloads *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOADS (self), FALSE);

  return self->active;
}

/**
 * bh_downloads_get_model:
 * @self: downloads
 *
 * Returns: (transfer none): a list of [class@Download], newest first
 */
GListModel *
bh_downloads_get_model (BhDownloads *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOADS (self), NULL);

  return G_LIST_MODEL (self->list);
}

/**
 * bh_downloads_save:
 * @self: downloads
 * @path: (type filename): a file in the desk's outgoing directory
 * @name: what it should be called
 *
 * Saves a file that the app has made itself, as if it had been downloaded.
 */
void
bh_downloads_save (BhDownloads *self, const char *path, const char *name)
{
  g_autoptr (BhDownload) download = NULL;

  g_return_if_fail (BH_IS_DOWNLOADS (self));
  g_return_if_fail (path != NULL && name != NULL);

  download = bh_download_new_for_file (path, name, self->desk);
  add (self, download);
  update_active (self);
}

/**
 * bh_downloads_retry:
 * @self: downloads
 * @download: one of them that failed or was cancelled
 *
 * Tries once more, as the same entry of the list.
 */
void
bh_downloads_retry (BhDownloads *self, BhDownload *download)
{
  g_autoptr (WebKitWebView) view = NULL;
  g_autoptr (WebKitDownload) transfer = NULL;

  g_return_if_fail (BH_IS_DOWNLOADS (self));
  g_return_if_fail (BH_IS_DOWNLOAD (download));
  g_return_if_fail (bh_download_get_state (download) != BH_DOWNLOAD_RUNNING);

  if (is_app_file (self, download))
    {
      bh_download_copy (download, self->slug, self->directory);
      return;
    }

  if (bh_download_is_local (download))
    {
      bh_download_save (download);
      return;
    }

  /* WebKit may tell that it has started before it returns, or after. */
  self->retried = download;
  view = bh_download_get_view (download);
  if (view != NULL)
    transfer = webkit_web_view_download_uri (view, bh_download_get_uri (download));
  else
    transfer = webkit_web_context_download_uri (self->context, bh_download_get_uri (download));
  self->retried = NULL;

  if (bh_download_get_transfer (download) == NULL)
    bh_download_follow (download, transfer);
}

/**
 * bh_downloads_clear_ended:
 * @self: downloads
 *
 * Forgets those that are not running. Files stay.
 */
void
bh_downloads_clear_ended (BhDownloads *self)
{
  g_return_if_fail (BH_IS_DOWNLOADS (self));

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->list)); i > 0; i--)
    if (bh_download_get_state (get_item (self, i - 1)) != BH_DOWNLOAD_RUNNING)
      g_list_store_remove (self->list, i - 1);
}
