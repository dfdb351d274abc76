/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-defaults.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BhNotice BhNotice;

/**
 * BhNotice:
 * @summary: what has happened, in a line
 * @body: more of it, in sentences
 * @icon: the absolute path or name of an icon, or ""
 * @actions: (array zero-terminated=1): a name and a label of each button, by turns
 *
 * What a notification shows. Nothing in it is markup.
 */
struct _BhNotice
{
  const char *summary;
  const char *body;
  const char *icon;
  const char *const *actions;
};

#define BH_TYPE_NOTIFIER (bh_notifier_get_type ())
G_DECLARE_FINAL_TYPE (BhNotifier, bh_notifier, BH, NOTIFIER, GObject)

BhNotifier *bh_notifier_new      (GDBusConnection *connection, BhDefaults *defaults);
void        bh_notifier_show     (BhNotifier *self, const char *key, const BhNotice *notice);
void        bh_notifier_withdraw (BhNotifier *self, const char *key);
gboolean    bh_notifier_is_busy  (BhNotifier *self);

GDBusConnection *bh_notifier_get_connection (BhNotifier *self);

G_END_DECLS
