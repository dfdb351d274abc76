/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

/**
 * BhAppMark:
 * @icon: the name of a symbolic icon
 * @text: what it says, for people
 *
 * A small picture beside an app's name.
 */
typedef struct
{
  const char *icon;
  const char *text;
} BhAppMark;

/* There are no more than so many at once. */
#define BH_MAX_APP_MARKS 7

guint bh_app_marks_list      (BhAppItem *item, BhAppMark *marks);
char *bh_app_marks_dup_texts (BhAppItem *item, const char *separator);

G_END_DECLS
