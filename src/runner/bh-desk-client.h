/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-channel.h"

G_BEGIN_DECLS

/**
 * BhSavedFile:
 * @name: what it is called
 * @handle: stands for it
 * @openable: whether it is a document and no program
 *
 * A file that has been saved.
 */
typedef struct
{
  char *name;
  guint handle;
  gboolean openable;
} BhSavedFile;

#define BH_TYPE_DESK_CLIENT (bh_desk_client_get_type ())

G_DECLARE_FINAL_TYPE (BhDeskClient, bh_desk_client, BH, DESK_CLIENT, GObject)

BhDeskClient *bh_desk_client_new          (BhChannel *channel, const char *outgoing);
const char   *bh_desk_client_get_outgoing (BhDeskClient *self);
char         *bh_desk_client_dup_new_path (BhDeskClient *self);

void     bh_desk_client_open_uri_async   (BhDeskClient       *self,
                                          const char         *uri,
                                          const char         *activation_token,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
void     bh_desk_client_open_saved_async (BhDeskClient       *self,
                                          guint               handle,
                                          const char         *activation_token,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
void     bh_desk_client_show_saved_async (BhDeskClient       *self,
                                          guint               handle,
                                          const char         *activation_token,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
gboolean bh_desk_client_open_finish      (BhDeskClient *self, GAsyncResult *result, GError **error);

void   bh_desk_client_choose_async  (BhDeskClient       *self,
                                     gboolean            multiple,
                                     const char *const  *mime_types,
                                     const char         *parent,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
char **bh_desk_client_choose_finish (BhDeskClient *self, GAsyncResult *result, GError **error);

void         bh_desk_client_save_async  (BhDeskClient       *self,
                                         const char         *path,
                                         const char         *name,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
BhSavedFile *bh_desk_client_save_finish (BhDeskClient *self, GAsyncResult *result, GError **error);
void         bh_saved_file_free         (BhSavedFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhSavedFile, bh_saved_file_free)

G_END_DECLS
