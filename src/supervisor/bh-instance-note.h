/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a note's file is named after the app's slug. */
#define BH_NOTE_SUFFIX ".restart"

typedef struct _BhInstanceNote BhInstanceNote;

/**
 * BhInstanceNote:
 * @state: %BH_STATE_CRASHED, %BH_STATE_BACKING_OFF or %BH_STATE_FAILED
 * @instance: the random name of the run that ended, or whose page did; "" when there was none
 * @reason: why
 * @detail: the reason in plain words, or ""
 * @due: when it is started again, in monotonic microseconds; 0 when it is not
 * @restarts: how often the app was started again so far
 * @back_off: what was counted for the restart policy, as bh_back_off_to_string() gives it
 *
 * What is kept of an app that has crashed, for the next supervisor.
 */
struct _BhInstanceNote
{
  BhState state;
  char *instance;
  BhReason reason;
  char *detail;
  gint64 due;
  guint restarts;
  char *back_off;
};

BhInstanceNote *bh_instance_note_new    (void);
void            bh_instance_note_free   (BhInstanceNote *self);
gboolean        bh_instance_note_save   (BhInstanceNote *self,
                                         const char     *directory,
                                         const char     *slug,
                                         GError        **error);
BhInstanceNote *bh_instance_note_load   (const char *directory, const char *slug);
void            bh_instance_note_remove (const char *directory, const char *slug);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhInstanceNote, bh_instance_note_free)

G_END_DECLS
