/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The most members that one object may have. */
#define BH_JSON_MAX_MEMBERS 4096

/**
 * BhJsonNeed:
 * @BH_JSON_OPTIONAL: the member may be absent; the value stays what it was
 * @BH_JSON_REQUIRED: the member's absence is an error
 */
typedef enum {
  BH_JSON_OPTIONAL,
  BH_JSON_REQUIRED,
} BhJsonNeed;

typedef struct _BhJsonDocument BhJsonDocument;
typedef struct _BhJsonObject BhJsonObject;
typedef struct _BhJsonArray BhJsonArray;

BhJsonDocument *bh_json_document_new      (const char *text,
                                           gsize       length,
                                           gsize       max_size,
                                           guint       max_depth,
                                           GError    **error);
void            bh_json_document_free     (BhJsonDocument *self);
JsonNode       *bh_json_document_get_root (BhJsonDocument *self);
guint           bh_json_document_get_line (BhJsonDocument *self, JsonNode *node);
BhJsonObject   *bh_json_document_read     (BhJsonDocument *self, GError **error);

/* An object that is being read: a document must outlive it. */
void      bh_json_object_free       (BhJsonObject *self);
gboolean  bh_json_object_has        (BhJsonObject *self, const char *name);
JsonNode *bh_json_object_take       (BhJsonObject *self, const char *name);
guint     bh_json_object_get_line   (BhJsonObject *self, const char *name);
char     *bh_json_object_dup_place  (BhJsonObject *self, const char *name);
gboolean  bh_json_object_get_string (BhJsonObject *self,
                                     const char   *name,
                                     BhJsonNeed    need,
                                     const char  **value,
                                     GError      **error);
gboolean  bh_json_object_get_boolean (BhJsonObject *self,
                                      const char   *name,
                                      BhJsonNeed    need,
                                      gboolean     *value,
                                      GError      **error);
gboolean  bh_json_object_get_integer (BhJsonObject *self,
                                      const char   *name,
                                      BhJsonNeed    need,
                                      gint64        min,
                                      gint64        max,
                                      gint64       *value,
                                      GError      **error);
gboolean  bh_json_object_get_number (BhJsonObject *self,
                                     const char   *name,
                                     BhJsonNeed    need,
                                     double       *value,
                                     GError      **error);
gboolean  bh_json_object_get_object (BhJsonObject  *self,
                                     const char    *name,
                                     BhJsonNeed     need,
                                     BhJsonObject **value,
                                     GError       **error);
gboolean  bh_json_object_get_array  (BhJsonObject *self,
                                     const char   *name,
                                     BhJsonNeed    need,
                                     BhJsonArray **value,
                                     GError      **error);
char    **bh_json_object_dup_leftovers    (BhJsonObject *self);
gboolean  bh_json_object_refuse_leftovers (BhJsonObject *self, GError **error);
char     *bh_json_object_suggest    (BhJsonObject      *self,
                                     const char        *word,
                                     const char *const *more,
                                     gsize              n_more);
void      bh_json_object_set_error  (BhJsonObject *self,
                                     const char   *name,
                                     GError      **error,
                                     const char   *format,
                                     ...) G_GNUC_PRINTF (4, 5);

/* An array that is being read: a document must outlive it. */
void      bh_json_array_free       (BhJsonArray *self);
guint     bh_json_array_get_length (BhJsonArray *self);
guint     bh_json_array_get_line   (BhJsonArray *self, guint index);
char     *bh_json_array_dup_place  (BhJsonArray *self, guint index);
gboolean  bh_json_array_get_string (BhJsonArray *self,
                                    guint        index,
                                    const char **value,
                                    GError     **error);
gboolean  bh_json_array_get_object (BhJsonArray   *self,
                                    guint          index,
                                    BhJsonObject **value,
                                    GError       **error);
void      bh_json_array_set_error  (BhJsonArray *self,
                                    guint        index,
                                    GError     **error,
                                    const char  *format,
                                    ...) G_GNUC_PRINTF (4, 5);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhJsonDocument, bh_json_document_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhJsonObject, bh_json_object_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhJsonArray, bh_json_array_free)

G_END_DECLS
