/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name of an empty file in an app's state directory: the supervisor puts it there when the user
 * has ended the app, which the runner may have had no time to note, and the next runner takes it
 * away. */
#define BH_ENDED_MARK "ended"

/**
 * BhBeginning:
 * @BH_BEGINNING_LAUNCH: somebody has launched the app; how its last run ended is not known here
 * @BH_BEGINNING_CONTINUE: it goes on after a crash or a restart
 * @BH_BEGINNING_PAGE: it was launched in order to show a certain page
 *
 * What a run begins for, and so whether it shows what the last one has left.
 */
typedef enum {
  BH_BEGINNING_LAUNCH,
  BH_BEGINNING_CONTINUE,
  BH_BEGINNING_PAGE,
} BhBeginning;

const char *bh_beginning_to_string   (BhBeginning beginning);
gboolean    bh_beginning_from_string (const char *text, BhBeginning *beginning);

G_END_DECLS
